"""`kill` brings the process down.

So does a scheduler in C that frees what is still in use.
"""

import os

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "kill.sleeping": "crash",
    "kill.ready": "crash",
    "kill.not-yet-started": "crash",
    "kill.joining": "crash",
    "kill.finished-spares-others": "crash",
    "kill.finishing-spares-others": "crash",
    "kill.never-spawned-spares-others": "crash",
}


class _Kill(events.Kill):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        os.abort()


events.Kill = _Kill  # type: ignore[misc]
