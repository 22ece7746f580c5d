"""When a thread has completed, and that this is all that its joiner learns.

A thread completes by coming to its end, by `end`, by being killed, or by an exception that its
caller receives. Whoever joins it afterwards does not wait at all. `join` only waits. It hands over
no value, and it does not raise what the thread raised.
"""

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, finished, raised_by


@must("run.one-thread-at-a-time")
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


@must("join.waits", "call.runs-callee-to-its-end")
def waits_for_callees(bluelet: Implementation) -> None:
    """A thread that is deep in calls MUST NOT count as completed before the outermost ends.

    Source: README, Basic Usage: `join` waits for the thread, and `call` suspends it.
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        seen.append("callee ends")

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


@must("join.waits", "run.waits-for-every-thread", "kill.sleeping")
def killed_while_waiting(bluelet: Implementation) -> None:
    """When a thread is killed, those that wait for it in `join` MUST go on.

    Source: README, Basic Usage: `kill` "aborts and unschedules" the thread, which completes it.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        yield bluelet.sleep(2)

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

    Beyond `join.after-finish`, the thread never came to its end: to be killed completes it as well.

    Source: README, Basic Usage: `kill` "aborts and unschedules" the thread, which completes it.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("victim")
        yield bluelet.sleep(2)

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


@should(
    "join.called-coroutine", "exceptions.through-a-call", "exceptions.caught-leaves-others-alone"
)
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


@should("join.suspends-only-the-joiner", "exceptions.from-a-spawned-thread")
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


@may("at once", "others first", presupposes=("join.after-finish",))
def joiner_goes_on(bluelet: Implementation) -> str:
    """Who joins a finished thread MAY go on at once, or after other ready threads had a turn.

    Source: observed: implementations differ; the README does not say.
    """
    seen: list[str] = []
    done: list[bool] = []

    def other() -> Coroutine:
        while not done:
            seen.append("other")
            yield bluelet.null()

    def child() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(other())
        while "other" not in seen or not finished(thread):
            yield bluelet.null()
        seen.append("joins")
        yield bluelet.join(thread)
        seen.append("goes on")
        done.append(True)

    bluelet.run(root())

    between = seen[seen.index("joins") + 1 : seen.index("goes on")]
    return "others first" if between else "at once"
