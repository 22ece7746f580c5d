"""A sleep begins when the one before it has passed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"sleep.concurrent-sleeps-overlap": "fail"}


class _Sleep(events.Sleep):
    total = 0.0

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        if self.duration > 0:
            _Sleep.total += self.duration
            self.duration = _Sleep.total
        return super().perform(scheduler, thread)


events.Sleep = _Sleep  # type: ignore[misc]
