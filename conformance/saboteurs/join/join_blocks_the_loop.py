"""While a thread waits in `join`, only the thread that it waits for has turns."""

from time import monotonic

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"join.suspends-only-the-joiner": "spin"}


class _Join(events.Join):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        target = scheduler.find("join", self.coro)
        while target is not None and target.stack:
            scheduler._wake(monotonic())
            if target in scheduler.ready:
                scheduler.ready.remove(target)
                target.again = None
                scheduler._turn(target)
        return True


events.Join = _Join  # type: ignore[misc]
