"""A thread that yields `null()` is not resumed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "run.drives-root": "fail",
    "call.any-generator": "fail",
    "null.returns-none": "fail",
}


class _Null(events.Null):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        scheduler._close(thread)
        return False


events.NULL = _Null()
