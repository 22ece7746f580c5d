"""A thread that joins itself goes on at once."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"join.itself": "fail"}


class _Join(events.Join):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        return self.coro in thread.stack or super().perform(scheduler, thread)


events.Join = _Join  # type: ignore[misc]
