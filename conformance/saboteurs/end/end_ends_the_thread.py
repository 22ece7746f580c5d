"""`end` ends the whole thread, and not the one coroutine that yields it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "end.value-to-caller": "fail",
    "end.default-none": "fail",
    "end.value-goes-up-one-level": "fail",
    "end.code-after-does-not-run": "fail",
}


class _End(events.End):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        scheduler._close(thread)
        return False


events.End = _End  # type: ignore[misc]
