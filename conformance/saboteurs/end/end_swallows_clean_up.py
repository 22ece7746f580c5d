"""`end` closes the coroutine, and swallows what its `finally` blocks yield or raise."""

from contextlib import suppress

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "end.finally-may-yield": "fail",
    "end.finally-may-raise": "fail",
}


class _End(events.End):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        coro = thread.stack[-1]
        with suppress(Exception):
            coro.close()
        return scheduler._return(thread, coro, self.value)


events.End = _End  # type: ignore[misc]
