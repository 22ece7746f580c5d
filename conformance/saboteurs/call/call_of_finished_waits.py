"""Who calls a coroutine that has finished waits for its end, which never comes again."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"call.finished-generator": "fail"}


class _Call(events.Call):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        return self.coro.gi_frame is not None and super().perform(scheduler, thread)


events.Call = _Call  # type: ignore[misc]
