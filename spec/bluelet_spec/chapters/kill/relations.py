"""Victims that are more to their killers than spawned threads.

A coroutine that is being called, and the root, can be killed like a spawned thread. The killer may
be such a coroutine's own callee, or itself its victim, or the victim of its victim.
"""

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, block


@must("kill.sleeping", "run.waits-for-every-thread")
def each_other(bluelet: Implementation) -> None:
    """Of two threads that kill each other, exactly one MUST go on.

    The loop is blocked until both are due, so that they come to it together.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread",
    which can then kill nobody.
    """
    seen: list[str] = []

    def killer(name: str, threads: dict[str, Coroutine], other: str) -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        yield bluelet.kill(threads[other])
        seen.append(name)
        yield bluelet.null()

    def root() -> Coroutine:
        threads: dict[str, Coroutine] = {}
        threads["one"] = killer("one", threads, "other")
        threads["other"] = killer("other", threads, "one")
        yield bluelet.spawn(threads["one"])
        yield bluelet.spawn(threads["other"])
        while seen.count("sleeps") < 2:
            yield bluelet.null()
        yield bluelet.null()
        block(0.05)

    bluelet.run(root())

    assert seen in (["sleeps", "sleeps", "one"], ["sleeps", "sleeps", "other"])


@should("kill.deep-in-calls", "join.waits")
def itself(bluelet: Implementation) -> None:
    """A thread that kills itself SHOULD end there, as by `end`, with its `finally` blocks run.

    Source: ruling: kill closes the thread's generators; observed in all but the blocks.
    """
    seen: list[str] = []

    def callee(thread: list[Coroutine]) -> Coroutine:
        try:
            yield bluelet.kill(thread[0])
            seen.append("callee goes on")
        finally:
            seen.append("callee's finally")

    def suicide(thread: list[Coroutine]) -> Coroutine:
        try:
            yield bluelet.call(callee(thread))
            seen.append("goes on")
        finally:
            seen.append("finally")

    def root() -> Coroutine:
        thread: list[Coroutine] = []
        thread.append(suicide(thread))
        yield bluelet.spawn(thread[0])
        yield bluelet.join(thread[0])
        seen.append("joined")

    bluelet.run(root())

    assert sorted(seen[:2]) == ["callee's finally", "finally"]
    assert seen[2:] == ["joined"]


@should("kill.sleeping", "run.waits-for-every-thread")
def root_thread(bluelet: Implementation) -> None:
    """The root SHOULD be killable like any thread; the run goes on with the others.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def child(root: Coroutine) -> Coroutine:
        while "root sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(root)
        seen.append("killed")
        yield bluelet.null()
        seen.append("child ends")

    def root(coros: list[Coroutine]) -> Coroutine:
        yield bluelet.spawn(child(coros[0]))
        seen.append("root sleeps")
        yield bluelet.sleep(2)
        seen.append("root goes on")

    coros: list[Coroutine] = []
    coros.append(root(coros))
    bluelet.run(coros[0])

    assert seen == ["root sleeps", "killed", "child ends"]


@should("kill.deep-in-calls")
def called_coroutine(bluelet: Implementation) -> None:
    """To kill a coroutine that is being called SHOULD stop it; its caller goes on.

    Source: observed: so do most known implementations. The README speaks of spawned threads.
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        seen.append("callee sleeps")
        yield bluelet.sleep(0.02)
        seen.append("callee goes on")

    def caller(coro: Coroutine) -> Coroutine:
        try:
            yield bluelet.call(coro)
        except Exception:
            pass
        seen.append("caller goes on")

    def root() -> Coroutine:
        coro = callee()
        yield bluelet.spawn(caller(coro))
        while "callee sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(coro)
        block(0.05)
        yield bluelet.sleep(0.01)
        seen.append("killer ends")

    bluelet.run(root())

    assert seen[0] == "callee sleeps"
    assert sorted(seen[1:]) == ["caller goes on", "killer ends"]


@may("None", "an exception", presupposes=("kill.called-coroutine", "run.waits-for-every-thread"))
def called_coroutine_gives(bluelet: Implementation) -> str:
    """The caller of a coroutine that is killed MAY get None from its `yield`, or an exception.

    Source: observed: most give None, one fork does not allow it; the README does not say.
    """
    seen: list[str] = []
    answers: list[str] = []

    def callee() -> Coroutine:
        seen.append("callee sleeps")
        yield bluelet.sleep(2)

    def caller(coro: Coroutine) -> Coroutine:
        try:
            result = yield bluelet.call(coro)
        except Exception:
            answers.append("an exception")
        else:
            answers.append(str(result))

    def root() -> Coroutine:
        coro = callee()
        yield bluelet.spawn(caller(coro))
        while "callee sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(coro)

    bluelet.run(root())

    [answer] = answers
    return answer


@should("kill.deep-in-calls")
def own_caller(bluelet: Implementation) -> None:
    """A callee SHOULD be able to kill its own caller, and go down with it.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def leaf(coros: list[Coroutine]) -> Coroutine:
        yield bluelet.kill(coros[0])
        seen.append("leaf goes on")

    def middle(coros: list[Coroutine]) -> Coroutine:
        yield bluelet.call(leaf(coros))
        seen.append("middle goes on")

    def root() -> Coroutine:
        coros: list[Coroutine] = []
        coros.append(middle(coros))
        yield bluelet.call(coros[0])
        seen.append("top goes on")

    bluelet.run(root())

    assert seen == ["top goes on"]
