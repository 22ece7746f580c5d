"""`join` waits until a thread has completed, in whatever way.

A thread completes by coming to its end, by `end`, by being killed, or by an exception that its
caller receives. Whoever joins it afterwards does not wait at all: to spawn some threads and to
join each in turn is the ordinary use, and the later ones are often finished by then. `join` only
waits. It hands over no value, and it does not raise what the thread raised.

A coroutine that is being called, and the root, can be joined like a spawned thread.

Left open: to join a generator that is only spawned later. The order in which several joiners go on
is free.
"""

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import TURNS, Coroutine, finished, raised_by


@must("spawn.both-run")
def waits(bluelet: Implementation) -> None:
    """`join` MUST suspend its thread until the thread that it names has completed.

    Source: README, Basic Usage, `join`: "until a given thread, previously started with `spawn`,
    completes".
    """
    seen: list[str] = []

    def child() -> Coroutine:
        for _ in range(5):
            yield bluelet.null()
        yield bluelet.sleep(0.01)
        seen.append("child ends")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["child ends", "joined"]


@must("join.waits")
def waits_for_callees(bluelet: Implementation) -> None:
    """A thread that is deep in calls MUST NOT count as completed before the outermost ends.

    Source: README, Basic Usage: `join` waits for the thread, and `call` suspends it.
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        seen.append("callee ends")
        yield bluelet.end()

    def child() -> Coroutine:
        yield bluelet.call(callee())
        yield bluelet.null()
        seen.append("child ends")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["callee ends", "child ends", "joined"]


@should("join.waits")
def returns_none(bluelet: Implementation) -> None:
    """`yield join(thread)` SHOULD return None, whatever the thread gave to `end`.

    Source: observed: so do all known implementations. The README names no value.
    """
    results: list[object] = []

    def child() -> Coroutine:
        yield bluelet.null()
        yield bluelet.end("a value")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        results.append((yield bluelet.join(thread)))

    bluelet.run(root())

    assert results == [None]


@must("spawn.both-run")
def after_finish(bluelet: Implementation) -> None:
    """`join` of a thread that has finished already MUST return without waiting.

    Source: README, Basic Usage, `join`: it suspends until the thread "completes", and this one
    has.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.null()
        yield bluelet.join(thread)
        seen.append("joined")
        yield bluelet.join(thread)
        seen.append("joined again")

    bluelet.run(root())

    assert seen == ["joined", "joined again"]


@must("join.waits", "join.after-finish")
def each_in_turn(bluelet: Implementation) -> None:
    """A thread MUST be able to join many threads in turn, in whatever order they complete.

    Source: README, Basic Usage, `join`; the ordinary way to wait for several threads.
    """
    seen: list[int] = []

    def child(number: int) -> Coroutine:
        for _ in range(10 - number):
            yield bluelet.null()
        seen.append(number)

    def root() -> Coroutine:
        threads = [child(number) for number in range(10)]
        for thread in threads:
            yield bluelet.spawn(thread)
        for thread in threads:
            yield bluelet.join(thread)
        seen.append(-1)

    bluelet.run(root())

    assert sorted(seen[:10]) == list(range(10))
    assert seen[10:] == [-1]


@must("join.waits")
def several_joiners(bluelet: Implementation) -> None:
    """Every thread that joins the same thread MUST go on once it has completed, and only once.

    One that was resumed twice would be woken too early from what it waits for next.

    Source: README, Basic Usage, `join`.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        while len(seen) < 3:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("child ends")

    def later() -> Coroutine:
        while "child ends" not in seen:
            yield bluelet.null()
        for _ in range(TURNS):
            yield bluelet.null()
        seen.append("later ends")

    def joiner(name: str, thread: Coroutine, other: Coroutine) -> Coroutine:
        seen.append(f"{name} waits")
        yield bluelet.join(thread)
        seen.append(f"{name} goes on")
        yield bluelet.join(other)
        seen.append(f"{name} ends")

    def root() -> Coroutine:
        thread, other = child(), later()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(other)
        for name in ("a", "b", "c"):
            yield bluelet.spawn(joiner(name, thread, other))

    bluelet.run(root())

    assert sorted(seen[:3]) == ["a waits", "b waits", "c waits"]
    assert seen[3] == "child ends"
    assert sorted(seen[4:7]) == ["a goes on", "b goes on", "c goes on"]
    assert seen[7] == "later ends"
    assert sorted(seen[8:]) == ["a ends", "b ends", "c ends"]


@may(
    "in the order of their joins",
    "in the order of their spawns",
    "in another order",
    presupposes=("join.several-joiners",),
)
def order_of_joiners(bluelet: Implementation) -> str:
    """Several threads that join the same thread MAY go on in any order.

    Source: observed: the original resumes them in the order in which they were spawned.
    """
    waiting: list[str] = []
    seen: list[str] = []

    def child() -> Coroutine:
        while len(waiting) < 3:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.null()

    def joiner(name: str, place: int, thread: Coroutine) -> Coroutine:
        while len(waiting) < place:
            yield bluelet.null()
        waiting.append(name)
        yield bluelet.join(thread)
        seen.append(name)

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        for name, place in (("a", 2), ("b", 1), ("c", 0)):
            yield bluelet.spawn(joiner(name, place, thread))

    bluelet.run(root())

    if seen == ["c", "b", "a"]:
        return "in the order of their joins"
    if seen == ["a", "b", "c"]:
        return "in the order of their spawns"
    assert sorted(seen) == ["a", "b", "c"]
    return "in another order"


@must("join.waits")
def suspends_only_the_joiner(bluelet: Implementation) -> None:
    """While a thread waits in `join`, the others MUST run on.

    Source: README, Basic Usage, `join`: it suspends "the current coroutine".
    """
    seen: list[str] = []

    def child() -> Coroutine:
        while "other" not in seen:
            yield bluelet.null()
        seen.append("child ends")

    def other() -> Coroutine:
        while "joiner waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("other")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(other())
        seen.append("joiner waits")
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["joiner waits", "other", "child ends", "joined"]


@must("join.waits", "kill.sleeping")
def killed_while_waiting(bluelet: Implementation) -> None:
    """When a thread is killed, those that wait for it in `join` MUST go on.

    Source: README, Basic Usage: `kill` "aborts and unschedules" the thread, which completes it.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        yield bluelet.sleep(60)

    def joiner(thread: Coroutine) -> Coroutine:
        seen.append("waits")
        yield bluelet.join(thread)
        seen.append("joined")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(joiner(thread))
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.kill(thread)

    bluelet.run(root())

    assert seen == ["waits", "joined"]


@must("join.after-finish", "kill.sleeping")
def after_kill(bluelet: Implementation) -> None:
    """`join` of a thread that has been killed MUST return without waiting.

    Source: README, Basic Usage: `kill` "aborts and unschedules" the thread, which completes it.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("victim")
        yield bluelet.sleep(60)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "victim" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["victim", "joined"]


@should("join.waits")
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
        seen.append(("joiner", (yield bluelet.join(coro))))

    def root() -> Coroutine:
        coro = callee()
        yield bluelet.spawn(joiner(coro))
        seen.append(("caller", (yield bluelet.call(coro))))

    bluelet.run(root())

    assert seen[:2] == ["callee begins", "joiner waits"]
    assert set(seen[2:]) == {("caller", "a value"), ("joiner", None)}


@should("join.called-coroutine", "exceptions.through-a-call")
def failed_callee(bluelet: Implementation) -> None:
    """When a callee that others have joined ends by an exception, they SHOULD go on.

    The exception is the caller's alone.

    Source: README, Basic Usage, `join`: until it "completes"; observed to hang everywhere.
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        seen.append("callee begins")
        while "joiner waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        raise LookupError("for the caller")

    def joiner(coro: Coroutine) -> Coroutine:
        while "callee begins" not in seen:
            yield bluelet.null()
        seen.append("joiner waits")
        yield bluelet.join(coro)
        seen.append("joiner goes on")

    def root() -> Coroutine:
        coro = callee()
        yield bluelet.spawn(joiner(coro))
        try:
            yield bluelet.call(coro)
        except LookupError:
            seen.append("caller catches")

    bluelet.run(root())

    assert seen[:2] == ["callee begins", "joiner waits"]
    assert sorted(seen[2:]) == ["caller catches", "joiner goes on"]


@should("join.after-finish", "exceptions.through-a-call")
def after_failure(bluelet: Implementation) -> None:
    """`join` of a callee that has ended by an exception SHOULD return without waiting or raising.

    Source: README, Basic Usage, `join`: until it "completes", and this one has.
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        raise LookupError("for the caller")

    def root() -> Coroutine:
        coro = callee()
        try:
            yield bluelet.call(coro)
        except LookupError:
            seen.append("caught")
        yield bluelet.join(coro)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["caught", "joined"]


@should("join.waits", "exceptions.from-a-spawned-thread")
def does_not_raise_for_the_thread(bluelet: Implementation) -> None:
    """`join` SHOULD NOT raise the exception of the thread that it waits for.

    Nobody caught it, so it ends the run; the joiner is closed like every other thread.

    Source: observed: so do all known implementations.
    """
    seen: list[object] = []
    error = LookupError("nobody catches it")

    def child() -> Coroutine:
        while "joiner waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        raise error

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        seen.append("joiner waits")
        try:
            yield bluelet.join(thread)
        except Exception as caught:
            seen.append(caught)

    raised = raised_by(bluelet.run, root())

    assert seen == ["joiner waits"]
    assert raised is error


@should("join.waits")
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


@should()
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


@should("join.after-finish")
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
