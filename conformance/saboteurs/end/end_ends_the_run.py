"""`end` in the root ends the whole run."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"end.ends-only-its-own-thread": "fail"}


class _End(events.End):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        if thread is scheduler._root and len(thread.stack) == 1:
            scheduler.close_all()
            return False
        return super().perform(scheduler, thread)


events.End = _End  # type: ignore[misc]
