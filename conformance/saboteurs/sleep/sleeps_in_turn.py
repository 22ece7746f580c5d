"""A sleep begins when the one before it has passed."""

from time import monotonic

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"sleep.concurrent-sleeps-overlap": "fail"}


class _Sleep(events.Sleep):
    last = 0.0

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        if self.duration <= 0:
            return super().perform(scheduler, thread)
        _Sleep.last = max(_Sleep.last, monotonic()) + self.duration
        thread.wait = scheduler.timers.add(_Sleep.last, thread)
        return False


events.Sleep = _Sleep  # type: ignore[misc]
