"""A thread that sleeps for no time at all is put back at the head of the queue."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "sleep.zero-or-less": "fail",
    "fairness.naps-starve-nobody": "fail",
}


class _Sleep(events.Sleep):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        if self.duration > 0:
            return super().perform(scheduler, thread)
        scheduler.ready.appendleft(thread)
        return False


events.Sleep = _Sleep  # type: ignore[misc]
