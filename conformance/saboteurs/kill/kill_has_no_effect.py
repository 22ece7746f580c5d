"""`kill` does nothing."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "kill.sleeping": "fail",
    "kill.ready": "fail",
    "kill.not-yet-started": "fail",
    "kill.joining": "fail",
    "kill.deep-in-calls": "fail",
    "kill.each-other": "fail",
    "kill.itself": "fail",
    "kill.own-caller": "fail",
    "kill.never-spawned": "fail",
}


class _Kill(events.Kill):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        return True


events.Kill = _Kill  # type: ignore[misc]
