"""A thread that sleeps holds up all others."""

import time

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "sleep.suspends-only-its-thread": "fail",
    "sleep.zero-or-less": "fail",
}


class _Sleep(events.Sleep):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        time.sleep(max(self.duration, 0))
        return True


events.Sleep = _Sleep  # type: ignore[misc]
