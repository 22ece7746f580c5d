"""Closing: how a thread ends that did not choose to.

A thread that is killed is closed, and so is every thread, the root too, that lives when an
exception or a deadlock ends the run: `GeneratorExit` is raised at the `yield` of each of its
coroutines, callees before callers, so that `finally` and `with` blocks give back what they hold. It
happens at once, before the killer, the joiners or the caller of `run` go on, and it does not wait
for the garbage collector or depend on who still holds a reference.

A closed coroutine has nothing to wait with any more. Events that it yields are not carried out,
and if it insists on them it is dead all the same. What its clean-up raises is of interest to its
killer at most: no other thread is affected, and when the run ends by an exception, that exception
is what `run` raises.

Left open: the order in which several threads are closed; how a clean-up that fails while the run
ends is reported; a thread whose generator another closes by itself, with `close()`. The reference
takes note of that when the thread would go on, at the end of its sleep, say, or when another joins
or kills it; those that have joined it before go on then.
"""

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, raised_by


@should("kill.sleeping")
def before_the_killer_goes_on(bluelet: Implementation) -> None:
    """The `finally` and `with` blocks of a killed thread SHOULD have run when its killer goes on.

    A killer that holds on to the thread's generator, as most do, must make no difference.

    Source: ruling: kill closes at once.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        try:
            seen.append("sleeps")
            yield bluelet.sleep(2)
        finally:
            seen.append("finally")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killer")
        thread.close()

    bluelet.run(root())

    assert seen == ["sleeps", "finally", "killer"]


@should("closing.before-the-killer-goes-on", "join.killed-while-waiting")
def before_the_joiners_go_on(bluelet: Implementation) -> None:
    """The `finally` blocks of a killed thread SHOULD have run when its joiners go on.

    Source: ruling: kill closes at once.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        try:
            seen.append("sleeps")
            yield bluelet.sleep(2)
        finally:
            seen.append("finally")

    def joiner(thread: Coroutine) -> Coroutine:
        seen.append("joins")
        yield bluelet.join(thread)
        seen.append("joined")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(joiner(thread))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.kill(thread)

    bluelet.run(root())

    assert sorted(seen[:2]) == ["joins", "sleeps"]
    assert seen[2:] == ["finally", "joined"]


@should("kill.deep-in-calls", "closing.before-the-killer-goes-on")
def callees_first(bluelet: Implementation) -> None:
    """The `finally` blocks of a killed chain of calls SHOULD run callees before callers.

    Source: ruling: kill closes the thread's generators, innermost first.
    """
    seen: list[str] = []

    def leaf() -> Coroutine:
        try:
            seen.append("leaf sleeps")
            yield bluelet.sleep(2)
        finally:
            seen.append("leaf")

    def middle() -> Coroutine:
        try:
            yield bluelet.call(leaf())
        finally:
            seen.append("middle")

    def top() -> Coroutine:
        try:
            yield bluelet.call(middle())
        finally:
            seen.append("top")

    def root() -> Coroutine:
        thread = top()
        yield bluelet.spawn(thread)
        while "leaf sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killer")

    bluelet.run(root())

    assert seen == ["leaf sleeps", "leaf", "middle", "top", "killer"]


@must("kill.sleeping")
def victim_that_yields_on(bluelet: Implementation) -> None:
    """A thread that yields on while it is killed MUST NOT go on after that, nor hold up the others.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("sleeps")
        try:
            yield bluelet.sleep(2)
        except GeneratorExit:
            yield bluelet.null()
        seen.append("victim runs on")

    def killer(thread: Coroutine) -> Coroutine:
        try:
            yield bluelet.kill(thread)
        except Exception:
            pass
        seen.append("killed")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.spawn(killer(thread))
        while "killed" not in seen:
            yield bluelet.null()
        seen.append("bystander")

    bluelet.run(root())

    assert seen == ["sleeps", "killed", "bystander"]


@should("kill.sleeping")
def failure_spares_others(bluelet: Implementation) -> None:
    """What a killed thread raises in its clean-up SHOULD NOT affect third parties.

    Source: ruling: what goes wrong in a thread's clean-up is its own affair, or its killer's.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("sleeps")
        try:
            yield bluelet.sleep(2)
        finally:
            raise LookupError("in the clean-up")

    def killer(thread: Coroutine) -> Coroutine:
        try:
            yield bluelet.kill(thread)
        except Exception:
            pass
        seen.append("killed")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.spawn(killer(thread))
        while "killed" not in seen:
            yield bluelet.null()
        seen.append("bystander")
        raised_by(thread.close)

    bluelet.run(root())

    assert seen == ["sleeps", "killed", "bystander"]


@should(
    "closing.failure-spares-others", "join.killed-while-waiting", "join.suspends-only-the-joiner"
)
def failure_wakes_joiners(bluelet: Implementation) -> None:
    """When the clean-up of a killed thread fails, those that wait for it in `join` SHOULD go on.

    Source: ruling: what goes wrong in a thread's clean-up is its own affair, or its killer's.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("sleeps")
        try:
            yield bluelet.sleep(2)
        finally:
            raise LookupError("in the clean-up")

    def joiner(thread: Coroutine) -> Coroutine:
        seen.append("joins")
        yield bluelet.join(thread)
        seen.append("joined")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(joiner(thread))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.null()
        try:
            yield bluelet.kill(thread)
        except Exception:
            pass
        raised_by(thread.close)

    bluelet.run(root())

    assert sorted(seen[:2]) == ["joins", "sleeps"]
    assert seen[2:] == ["joined"]


@may("raised in the killer", "not raised", presupposes=("closing.failure-spares-others",))
def failure_after_kill(bluelet: Implementation) -> str:
    """What a killed thread raises in its clean-up MAY be raised in the killer, or written down.

    Source: observed: implementations differ; the README does not say.
    """
    seen: list[str] = []
    answers: list[str] = []

    def victim() -> Coroutine:
        try:
            seen.append("sleeps")
            yield bluelet.sleep(2)
        finally:
            raise LookupError("in the clean-up")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        try:
            yield bluelet.kill(thread)
        except Exception:
            answers.append("raised in the killer")
        else:
            answers.append("not raised")
        raised_by(thread.close)

    bluelet.run(root())

    [answer] = answers
    return answer


@should("exceptions.ends-the-run", "sleep.suspends-only-its-thread")
def when_the_run_ends(bluelet: Implementation) -> None:
    """When an exception ends the run, the other threads SHOULD have been closed when it is raised.

    The generators are kept here, so that nothing but `run` can have closed them.

    Source: ruling; observed in nearly all known implementations.
    """
    seen: list[str] = []
    kept: list[Coroutine] = []

    def waiter(name: str) -> Coroutine:
        try:
            seen.append(f"{name} waits")
            yield bluelet.sleep(60)
        finally:
            seen.append(f"{name} is closed")

    def root() -> Coroutine:
        for name in ("one", "other"):
            kept.append(waiter(name))
            yield bluelet.spawn(kept[-1])
        while len(seen) < 2:
            yield bluelet.null()
        raise LookupError("nobody catches it")

    error = raised_by(bluelet.run, root())
    closed = seen[2:]

    assert isinstance(error, LookupError)
    assert sorted(closed) == ["one is closed", "other is closed"]


@should("closing.when-the-run-ends")
def root_when_the_run_ends(bluelet: Implementation) -> None:
    """When another thread's exception ends the run, the root SHOULD be closed like the others.

    Source: ruling: close the others, and the root is a thread like them.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        while "root waits" not in seen:
            yield bluelet.null()
        raise LookupError("nobody catches it")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        try:
            seen.append("root waits")
            yield bluelet.sleep(60)
        finally:
            seen.append("root is closed")

    kept = root()
    raised_by(bluelet.run, kept)
    closed = seen[1:]
    kept.close()

    assert closed == ["root is closed"]


@should("closing.when-the-run-ends", "run.deadlock-raises")
def when_a_deadlock_ends_the_run(bluelet: Implementation) -> None:
    """When a deadlock ends the run, the waiting threads SHOULD have been closed when it is raised.

    The generators are kept here, so that nothing but `run` can have closed them.

    Source: ruling: however a run ends, `finally` blocks have run.
    """
    seen: list[str] = []
    kept: list[Coroutine] = []

    def waits_for(other: int) -> Coroutine:
        try:
            seen.append("waits")
            while len(seen) < 2:
                yield bluelet.null()
            yield bluelet.join(kept[other])
        finally:
            seen.append("is closed")

    def root() -> Coroutine:
        kept.extend([waits_for(1), waits_for(0)])
        yield bluelet.spawn(kept[0])
        yield bluelet.spawn(kept[1])

    error = raised_by(bluelet.run, root())
    when_raised = list(seen)

    assert isinstance(error, Exception)
    assert when_raised == ["waits", "waits", "is closed", "is closed"]


@should("closing.when-the-run-ends", "call.suspends-only-its-thread")
def callees_first_when_the_run_ends(bluelet: Implementation) -> None:
    """Of a thread that is closed because the run ends, callees SHOULD be closed before callers.

    Source: ruling: close the others, callees before callers.
    """
    seen: list[str] = []
    kept: list[Coroutine] = []

    def leaf() -> Coroutine:
        try:
            seen.append("leaf waits")
            yield bluelet.sleep(60)
        finally:
            seen.append("leaf")

    def middle() -> Coroutine:
        try:
            kept.append(leaf())
            yield bluelet.call(kept[-1])
        finally:
            seen.append("middle")

    def top() -> Coroutine:
        try:
            kept.append(middle())
            yield bluelet.call(kept[-1])
        finally:
            seen.append("top")

    def root() -> Coroutine:
        kept.append(top())
        yield bluelet.spawn(kept[-1])
        while "leaf waits" not in seen:
            yield bluelet.null()
        raise LookupError("nobody catches it")

    raised_by(bluelet.run, root())
    closed = seen[1:]

    assert closed == ["leaf", "middle", "top"]


@should("closing.when-the-run-ends")
def failure_does_not_mask(bluelet: Implementation) -> None:
    """A clean-up that fails while the run ends SHOULD NOT replace the exception that ended it.

    Source: ruling: close the others, never masking the first error.
    """
    seen: list[str] = []
    kept: list[Coroutine] = []
    error = LookupError("nobody catches it")

    def waiter() -> Coroutine:
        try:
            seen.append("waits")
            yield bluelet.sleep(60)
        finally:
            raise OSError("the clean-up fails")

    def root() -> Coroutine:
        for _ in range(3):
            kept.append(waiter())
            yield bluelet.spawn(kept[-1])
        while len(seen) < 3:
            yield bluelet.null()
        raise error

    raised = raised_by(bluelet.run, root())
    for coro in kept:
        raised_by(coro.close)

    assert raised is error


@should("closing.when-the-run-ends")
def failure_leaves_nobody_open(bluelet: Implementation) -> None:
    """A clean-up that fails while the run ends SHOULD NOT keep other threads from being closed.

    Source: ruling: close the others, never masking the first error.
    """
    seen: list[str] = []
    kept: list[Coroutine] = []

    def waiter() -> Coroutine:
        try:
            seen.append("waits")
            yield bluelet.sleep(60)
        finally:
            seen.append("is closed")
            raise OSError("the clean-up fails")

    def root() -> Coroutine:
        for _ in range(3):
            kept.append(waiter())
            yield bluelet.spawn(kept[-1])
        while len(seen) < 3:
            yield bluelet.null()
        raise LookupError("nobody catches it")

    raised_by(bluelet.run, root())
    closed = seen.count("is closed")
    for coro in kept:
        raised_by(coro.close)

    assert closed == 3


@should("closing.when-the-run-ends")
def yielding_on_does_not_mask(bluelet: Implementation) -> None:
    """A thread that yields on while the run ends SHOULD NOT replace the exception that ended it.

    Source: ruling: close the others, never masking the first error.
    """
    seen: list[str] = []
    kept: list[Coroutine] = []
    error = LookupError("nobody catches it")

    def waiter() -> Coroutine:
        try:
            seen.append("waits")
            yield bluelet.sleep(60)
        finally:
            yield bluelet.null()

    def root() -> Coroutine:
        for _ in range(3):
            kept.append(waiter())
            yield bluelet.spawn(kept[-1])
        while len(seen) < 3:
            yield bluelet.null()
        raise error

    raised = raised_by(bluelet.run, root())

    assert raised is error


@may(
    "in the order of their spawns",
    "in the reverse order",
    "in another order",
    presupposes=("closing.when-the-run-ends",),
)
def order_of_threads(bluelet: Implementation) -> str:
    """When the run ends, the threads that are left MAY be closed in any order.

    Source: observed: in the original the order of the table of threads; the README does not say.
    """
    order: list[int] = []
    waiting: list[int] = []
    kept: list[Coroutine] = []

    def waiter(number: int) -> Coroutine:
        try:
            waiting.append(number)
            yield bluelet.sleep(60)
        finally:
            order.append(number)

    def root() -> Coroutine:
        kept.extend(waiter(number) for number in range(5))
        for thread in kept:
            yield bluelet.spawn(thread)
        while len(waiting) < 5:
            yield bluelet.null()
        raise LookupError("ends the run")

    raised_by(lambda: bluelet.run(root()))

    assert sorted(order) == [0, 1, 2, 3, 4]
    if order == [0, 1, 2, 3, 4]:
        return "in the order of their spawns"
    return "in the reverse order" if order == [4, 3, 2, 1, 0] else "in another order"


@should(
    "join.suspends-only-the-joiner",
    "run.waits-for-every-thread",
    "sleep.suspends-only-its-thread",
)
def behind_the_schedulers_back(bluelet: Implementation) -> None:
    """A thread that is closed by its generator's own `close` SHOULD wait for nothing any more.

    It has finished, and who joins it goes on.

    Source: README, Basic Usage, `run`: "halts when all threads have finished"; `join`.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        seen.append("child sleeps")
        yield bluelet.sleep(3600)

    def joiner(thread: Coroutine) -> Coroutine:
        yield bluelet.join(thread)
        seen.append("joiner goes on")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(joiner(thread))
        while not seen:
            yield bluelet.null()
        yield bluelet.null()
        thread.close()

    bluelet.run(root())

    assert seen == ["child sleeps", "joiner goes on"]
