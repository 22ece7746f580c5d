"""`kill` stops a thread, whatever it is doing, for good.

The thread may be ready, asleep, waiting for another, deep in a chain of calls, or not yet started:
it does not run again, and all that it is calling stops with it. Its `finally` blocks run before
the killer goes on; the chapter on closing has the details.

A thread that has finished can be killed without effect. Between a program's deciding to kill a
thread and the kill, the thread may always have finished; no program can rule that out.

A coroutine that is being called, and the root, can be killed like a spawned thread.

Left open: to start the generator of a killed thread once more.
"""

import gc
import weakref

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, block, finished


@must("spawn.both-run")
def sleeping(bluelet: Implementation) -> None:
    """A thread killed in `sleep` MUST NOT run again, not even when its time has come.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.02)
        seen.append("wakes")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        block(0.05)
        yield bluelet.sleep(0.01)
        yield bluelet.null()
        seen.append("killer ends")

    bluelet.run(root())

    assert seen == ["sleeps", "killer ends"]


@must("spawn.both-run")
def ready(bluelet: Implementation) -> None:
    """A thread killed while it is ready to run MUST NOT run again.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("victim begins")
        for _ in range(10):
            yield bluelet.null()
            if "killed" in seen:
                seen.append("victim runs on")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "victim begins" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")
        for _ in range(20):
            yield bluelet.null()

    bluelet.run(root())

    assert seen == ["victim begins", "killed"]


@must("spawn.both-run")
def not_yet_started(bluelet: Implementation) -> None:
    """A thread killed before its first step MUST never run.

    Where the child goes first, it has begun when it is killed, and must not run on.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []
    when_killed: list[str] = []

    def victim() -> Coroutine:
        seen.append("victim begins")
        yield bluelet.null()
        seen.append("victim runs on")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        when_killed.extend(seen)
        yield bluelet.kill(thread)
        for _ in range(5):
            yield bluelet.null()
        seen.append("killer ends")

    bluelet.run(root())

    assert seen == [*when_killed, "killer ends"]


@must("join.waits")
def joining(bluelet: Implementation) -> None:
    """A thread killed in `join` MUST NOT run again, not even when the other completes.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def other() -> Coroutine:
        while "killed" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("other ends")

    def victim(thread: Coroutine) -> Coroutine:
        seen.append("joins")
        yield bluelet.join(thread)
        seen.append("joined")

    def root() -> Coroutine:
        thread = other()
        joiner = victim(thread)
        yield bluelet.spawn(thread)
        yield bluelet.spawn(joiner)
        while "joins" not in seen:
            yield bluelet.null()
        for _ in range(3):
            yield bluelet.null()
        yield bluelet.kill(joiner)
        seen.append("killed")
        for _ in range(20):
            yield bluelet.null()

    bluelet.run(root())

    assert seen == ["joins", "killed", "other ends"]


@must("kill.sleeping")
def deep_in_calls(bluelet: Implementation) -> None:
    """When a thread is killed that is deep in calls, none of its coroutines MUST run again.

    Source: README, Basic Usage: `kill` aborts the thread, and a callee is part of its caller's.
    """
    seen: list[str] = []

    def leaf() -> Coroutine:
        seen.append("leaf sleeps")
        yield bluelet.sleep(0.02)
        seen.append("leaf")

    def middle() -> Coroutine:
        yield bluelet.call(leaf())
        seen.append("middle")

    def top() -> Coroutine:
        yield bluelet.call(middle())
        seen.append("top")

    def root() -> Coroutine:
        thread = top()
        yield bluelet.spawn(thread)
        while "leaf sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        block(0.05)
        yield bluelet.sleep(0.01)
        seen.append("killer ends")

    bluelet.run(root())

    assert seen == ["leaf sleeps", "killer ends"]


@must("kill.ready")
def ready_deep_in_calls(bluelet: Implementation) -> None:
    """When a thread is killed whose innermost callee is ready, no coroutine of it MUST run again.

    Source: README, Basic Usage: `kill` aborts the thread, and a callee is part of its caller's.
    """
    seen: list[str] = []

    def leaf() -> Coroutine:
        seen.append("leaf begins")
        while "killed" not in seen:
            yield bluelet.null()
        seen.append("leaf")

    def middle() -> Coroutine:
        yield bluelet.call(leaf())
        seen.append("middle")

    def top() -> Coroutine:
        yield bluelet.call(middle())
        seen.append("top")

    def root() -> Coroutine:
        thread = top()
        yield bluelet.spawn(thread)
        while "leaf begins" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")

    bluelet.run(root())

    assert seen == ["leaf begins", "killed"]


@should("kill.sleeping")
def returns_none(bluelet: Implementation) -> None:
    """`yield kill(thread)` SHOULD return None.

    Source: observed: so do all known implementations. The README names no value.
    """
    results: list[object] = []

    def victim() -> Coroutine:
        yield bluelet.sleep(60)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        results.append((yield bluelet.kill(thread)))

    bluelet.run(root())

    assert results == [None]


@must("spawn.both-run")
def finished_spares_others(bluelet: Implementation) -> None:
    """To kill a thread that has finished MUST NOT affect any other thread.

    Source: README, Basic Usage: `kill` is for the thread that it names; code "acts concurrent".
    """
    seen: list[str] = []

    def brief() -> Coroutine:
        yield bluelet.null()

    def killer(thread: Coroutine) -> Coroutine:
        try:
            yield bluelet.kill(thread)
        except Exception:
            pass
        seen.append("killed")

    def bystander() -> Coroutine:
        while "killed" not in seen:
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        thread = brief()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.null()
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(killer(thread))

    bluelet.run(root())

    assert seen == ["killed", "bystander"]


@should("kill.finished-spares-others")
def finished_thread(bluelet: Implementation) -> None:
    """To kill a thread that has finished SHOULD have no effect, and the killer go on.

    Source: ruling: a finished thread can be killed at once and without effect.
    """
    seen: list[str] = []

    def brief() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        thread = brief()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killer goes on")

    bluelet.run(root())

    assert seen == ["killer goes on"]


@should("kill.sleeping")
def twice(bluelet: Implementation) -> None:
    """To kill a thread a second time SHOULD have no effect.

    Source: ruling: a finished thread can be killed at once and without effect.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        yield bluelet.sleep(60)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("once")
        yield bluelet.kill(thread)
        seen.append("twice")

    bluelet.run(root())

    assert seen == ["once", "twice"]


@must("spawn.both-run")
def finishing_spares_others(bluelet: Implementation) -> None:
    """To kill a thread whose next step is its last MUST NOT affect any other thread.

    Source: README, Basic Usage: `kill` is for the thread that it names; code "acts concurrent".
    """
    seen: list[str] = []

    def ends() -> Coroutine:
        seen.append("victim")
        yield bluelet.null()

    def asks_to_end() -> Coroutine:
        seen.append("victim")
        yield bluelet.end()

    def killer() -> Coroutine:
        for victim in (ends(), asks_to_end()):
            before = len(seen)
            yield bluelet.spawn(victim)
            while len(seen) == before:
                yield bluelet.null()
            try:
                yield bluelet.kill(victim)
            except Exception:
                pass
        seen.append("killed both")

    def bystander() -> Coroutine:
        while "killed both" not in seen:
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(killer())
        yield bluelet.spawn(bystander())

    bluelet.run(root())

    assert seen == ["victim", "victim", "killed both", "bystander"]


@must("kill.sleeping")
def each_other(bluelet: Implementation) -> None:
    """Of two threads that kill each other, exactly one MUST go on.

    The loop is blocked until both are due, so that they come to it together.

    Source: README, Basic Usage, `kill`: the thread is unscheduled, and what it was about to do
    with it.
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


@should("kill.sleeping")
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


@should("kill.sleeping")
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
        yield bluelet.sleep(60)
        seen.append("root goes on")

    coros: list[Coroutine] = []
    coros.append(root(coros))
    bluelet.run(coros[0])

    assert seen == ["root sleeps", "killed", "child ends"]


@should("kill.deep-in-calls")
def called_coroutine(bluelet: Implementation) -> None:
    """To kill a coroutine that is being called SHOULD stop it; its caller goes on.

    What it is calling itself stops with it.

    Source: observed: so do most known implementations. The README speaks of spawned threads.
    """
    seen: list[str] = []

    def leaf() -> Coroutine:
        seen.append("leaf sleeps")
        yield bluelet.sleep(0.02)
        seen.append("leaf")

    def middle() -> Coroutine:
        yield bluelet.call(leaf())
        seen.append("middle")

    def top(coro: Coroutine) -> Coroutine:
        try:
            yield bluelet.call(coro)
        except Exception:
            pass
        seen.append("caller goes on")

    def root() -> Coroutine:
        coro = middle()
        yield bluelet.spawn(top(coro))
        while "leaf sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(coro)
        block(0.05)
        yield bluelet.sleep(0.01)
        seen.append("killer ends")

    bluelet.run(root())

    assert seen[0] == "leaf sleeps"
    assert sorted(seen[1:]) == ["caller goes on", "killer ends"]


@may("None", "an exception", presupposes=("kill.called-coroutine",))
def called_coroutine_gives(bluelet: Implementation) -> str:
    """The caller of a coroutine that is killed MAY get None from its `yield`, or an exception.

    Source: observed: most give None, one fork does not allow it; the README does not say.
    """
    seen: list[str] = []
    answers: list[str] = []

    def callee() -> Coroutine:
        seen.append("callee sleeps")
        yield bluelet.sleep(60)

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


@must("spawn.both-run")
def never_spawned_spares_others(bluelet: Implementation) -> None:
    """To kill a generator that was never spawned MUST NOT affect any other thread.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def stranger() -> Coroutine:
        yield bluelet.null()

    def killer() -> Coroutine:
        try:
            yield bluelet.kill(stranger())
        except Exception:
            pass
        seen.append("killer goes on")

    def bystander() -> Coroutine:
        for _ in range(10):
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(killer())

    bluelet.run(root())

    assert sorted(seen) == ["bystander", "killer goes on"]


@should("kill.never-spawned-spares-others")
def never_spawned(bluelet: Implementation) -> None:
    """To kill a generator that was never spawned SHOULD raise in the thread that does it.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def stranger() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        try:
            yield bluelet.kill(stranger())
        except Exception:
            seen.append("refused")
        else:
            seen.append("accepted")

    bluelet.run(root())

    assert seen == ["refused"]


@should("kill.sleeping")
def sleeper_leaves_no_timer(bluelet: Implementation) -> None:
    """When the last sleeper is killed, `run` SHOULD return without waiting out its sleep.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(3600)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")

    bluelet.run(root())

    assert seen == ["sleeps", "killed"]


@should("kill.sleeping", "kill.joining")
def forgets_killed_threads(bluelet: Implementation) -> None:
    """Nothing SHOULD be kept of a killed thread, while the run goes on.

    Source: ruling; observed in part: all known implementations keep killed joiners.
    """
    alive: list[str] = []

    def long_lived() -> Coroutine:
        while not alive:
            yield bluelet.null()

    def sleeper() -> Coroutine:
        yield bluelet.sleep(3600)

    def joiner(thread: Coroutine) -> Coroutine:
        yield bluelet.join(thread)

    def kill_one(thread: Coroutine) -> Coroutine:
        yield bluelet.spawn(thread)
        for _ in range(5):
            yield bluelet.null()
        yield bluelet.kill(thread)
        yield bluelet.end(weakref.ref(thread))

    def root() -> Coroutine:
        target = long_lived()
        yield bluelet.spawn(target)
        of_sleeper = yield bluelet.call(kill_one(sleeper()))
        of_joiner = yield bluelet.call(kill_one(joiner(target)))
        for _ in range(5):
            yield bluelet.null()
        gc.collect()
        alive.append("sleeper kept" if of_sleeper() else "sleeper forgotten")
        alive.append("joiner kept" if of_joiner() else "joiner forgotten")

    bluelet.run(root())

    assert alive == ["sleeper forgotten", "joiner forgotten"]
