"""`end` drops the coroutine where it stands, and leaves its `finally` blocks to chance.

So does bluelet 0.2.0: they run when nothing refers to the generator any more.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "end.runs-finally": "fail",
    "end.runs-finally-in-a-thread": "fail",
    "end.runs-finally-in-root": "fail",
}


class _End(events.End):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        return scheduler._return(thread, thread.stack[-1], self.value)


events.End = _End  # type: ignore[misc]
