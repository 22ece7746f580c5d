"""What else can be joined than spawned threads, and what cannot.

A coroutine that is being called, and the root, can be joined like a spawned thread. To join
oneself, or what is no thread of this run, would be to wait for ever, and is a mistake instead.
"""

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine, raised_by


@should(
    "join.waits",
    "run.waits-for-every-thread",
    "call.suspends-only-its-thread",
    "end.value-to-caller",
)
def called_coroutine(bluelet: Implementation) -> None:
    """A coroutine that is being called SHOULD be joinable; the caller gets the value all the same.

    Source: observed: so do all known implementations. The README speaks of spawned threads.
    """
    seen: list[object] = []

    def callee() -> Coroutine:
        seen.append("callee begins")
        while "joiner waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.end("a value")

    def joiner(coro: Coroutine) -> Coroutine:
        while "callee begins" not in seen:
            yield bluelet.null()
        seen.append("joiner waits")
        yield bluelet.join(coro)
        seen.append("joiner goes on")

    def root() -> Coroutine:
        coro = callee()
        yield bluelet.spawn(joiner(coro))
        seen.append(("caller", (yield bluelet.call(coro))))

    bluelet.run(root())

    assert seen[:2] == ["callee begins", "joiner waits"]
    assert sorted(seen[2:], key=str) == [("caller", "a value"), "joiner goes on"]


@should("join.waits", "run.waits-for-every-thread")
def root_thread(bluelet: Implementation) -> None:
    """The root SHOULD be joinable like a spawned thread.

    Source: observed: so do all known implementations while the root lives.
    """
    seen: list[str] = []

    def child(root: Coroutine) -> Coroutine:
        seen.append("child waits")
        yield bluelet.join(root)
        seen.append("child goes on")

    def root(itself: list[Coroutine]) -> Coroutine:
        yield bluelet.spawn(child(itself[0]))
        while "child waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("root ends")

    coros: list[Coroutine] = []
    coros.append(root(coros))
    bluelet.run(coros[0])

    assert seen == ["child waits", "root ends", "child goes on"]


@should("join.suspends-only-the-joiner")
def itself(bluelet: Implementation) -> None:
    """A thread that joins itself SHOULD get an exception, or `run` raise one for the deadlock.

    Source: ruling: what can never run again raises.
    """
    seen: list[str] = []

    def root(coros: list[Coroutine]) -> Coroutine:
        seen.append("joins itself")
        try:
            yield bluelet.join(coros[0])
        except Exception:
            seen.append("refused")
        else:
            seen.append("accepted")

    coros: list[Coroutine] = []
    coros.append(root(coros))
    error = raised_by(bluelet.run, coros[0])

    assert seen == ["joins itself", "refused"] or (
        seen == ["joins itself"] and isinstance(error, Exception)
    )


@should("join.waits")
def never_spawned(bluelet: Implementation) -> None:
    """`join` of a generator that is no thread of the run SHOULD raise in the thread that joins it.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def stranger() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        try:
            yield bluelet.join(stranger())
        except Exception:
            seen.append("refused")
        else:
            seen.append("accepted")

    bluelet.run(root())

    assert seen == ["refused"]


@should("join.after-finish", "run.waits-for-every-thread")
def thread_of_an_earlier_run(bluelet: Implementation) -> None:
    """`join` of a thread that finished in an earlier run SHOULD return or raise, and not wait.

    Source: ruling: a finished thread can be joined at once.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        seen.append("child")
        yield bluelet.null()

    def first(thread: Coroutine) -> Coroutine:
        yield bluelet.spawn(thread)

    def second(thread: Coroutine) -> Coroutine:
        try:
            yield bluelet.join(thread)
        except Exception:
            pass
        seen.append("went on")

    thread = child()
    bluelet.run(first(thread))
    bluelet.run(second(thread))

    assert seen == ["child", "went on"]
