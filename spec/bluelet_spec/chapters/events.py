"""Events are the objects that threads yield, and objects are all they are.

To make an event does nothing; the scheduler carries it out when a thread yields it, and it does
not matter which thread made it.

Events of a program's own making are in the chapter ``waitable``: to subclass `WaitableEvent` is
how they are made. `Event` itself says nothing to do, and a subclass of it has no method by which to
say more; to yield one is a mistake (``arguments.bare-event``).

Left open: one event object that two threads wait with at the same time; whether what a thread sets
in its context is set for the others, too; what other subclasses of `Event` a port has. What becomes
of an event that is yielded again is a free choice.
"""

import decimal
import time

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine


@must("run.waits-for-every-thread", "kill.sleeping")
def construction_has_no_effect(bluelet: Implementation) -> None:
    """An event that is made and not yielded MUST have no effect.

    Source: README, Basic Usage: "every `yield` statement sends an 'event' object to the Bluelet
    scheduler"; what is not sent cannot act.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        seen.append("child")
        yield bluelet.null()

    def victim() -> Coroutine:
        for _ in range(5):
            yield bluelet.null()
        seen.append("victim lives")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        events = [
            bluelet.spawn(child()),
            bluelet.call(child()),
            bluelet.kill(thread),
            bluelet.join(thread),
            bluelet.sleep(60),
            bluelet.end(),
        ]
        yield bluelet.null()
        seen.append(f"{len(events)} events made")

    bluelet.run(root())

    assert sorted(seen) == ["6 events made", "victim lives"]


@should("join.waits", "spawn.grandchildren", "end.value-to-caller")
def yielded_by_another_thread(bluelet: Implementation) -> None:
    """An event SHOULD act for the thread that yields it, whichever made it.

    Source: observed: so in all known implementations.
    """
    seen: list[object] = []

    def child() -> Coroutine:
        yield bluelet.null()
        seen.append("child")

    def callee(events: list[object]) -> Coroutine:
        yield events[0]
        yield events[1]
        seen.append("callee goes on")

    def other(events: list[object]) -> Coroutine:
        seen.append((yield bluelet.call(callee(events))))

    def root() -> Coroutine:
        thread = other([bluelet.spawn(child()), bluelet.end("a value")])
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)
        seen.append("root goes on")

    bluelet.run(root())

    assert sorted(map(str, seen)) == ["a value", "child", "root goes on"]


@should("sleep.never-early", "call.runs-callee-to-its-end")
def leave_the_context_alone(bluelet: Implementation) -> None:
    """What a thread has set in its context SHOULD be set still when its `yield` returns.

    A generator has no context of its own, and runs in that of its caller. So what it sets before a
    `yield`, the precision of decimals or another context variable, it finds after it, if no other
    thread has set it meanwhile.

    Source: ruling: code that looks sequential goes on in the context that it was left in.
    """
    seen: list[int] = []

    def callee() -> Coroutine:
        yield bluelet.sleep(0)

    def root() -> Coroutine:
        with decimal.localcontext() as context:
            context.prec = 50
            for event in (bluelet.null(), bluelet.sleep(0.01), bluelet.call(callee())):
                yield event
                seen.append(decimal.getcontext().prec)

    bluelet.run(root())

    assert seen == [50, 50, 50]


@may("acts again", "has no effect", "raises", presupposes=("sleep.never-early",))
def yielded_again(bluelet: Implementation) -> str:
    """An event object that is yielded a second time MAY act again, have no effect, or raise.

    The event here is a `sleep`.

    Source: observed: a second `sleep` returns at once; the README does not say.
    """
    waited: list[float] = []
    refused: list[Exception] = []

    def root() -> Coroutine:
        for _ in range(3):
            event = bluelet.sleep(0.03)
            yield event
            began = time.monotonic()
            try:
                yield event
            except Exception as error:
                refused.append(error)
            waited.append(time.monotonic() - began)

    bluelet.run(root())

    assert len(waited) == 3
    if refused:
        return "raises"
    return "acts again" if min(waited) >= 0.03 else "has no effect"
