"""A thread that yields `null()` is put back at the head of the queue."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "null.lets-others-run": "fail",
    "spawn.both-run": "spin",
}


class _Null(events.Null):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        scheduler.ready.appendleft(thread)
        return False


events.NULL = _Null()
