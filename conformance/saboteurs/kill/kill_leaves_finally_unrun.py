"""A killed thread is forgotten and not closed, which leaves its `finally` blocks to chance.

So it is in bluelet 0.2.0: they run when nothing refers to the generator any more.
"""

from weakref import WeakSet

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "kill.itself": "fail",
    "closing.before-the-killer-goes-on": "fail",
    "closing.before-the-joiners-go-on": "fail",
    "closing.callees-first": "fail",
}


class _Forgetful(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        if victim.wait is not None:
            self.rouse(victim)
        victim.error = victim.due = victim.again = None
        while coro in victim.stack:
            self._abandoned = WeakSet((*self._abandoned, victim.stack[-1]))
            self._disown(victim.stack.pop())


scheduler.Scheduler = _Forgetful  # type: ignore[misc]
