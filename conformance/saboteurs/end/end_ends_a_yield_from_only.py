"""`end` inside a `yield from` ends that part alone, and the coroutine around it goes on."""

from types import GeneratorType

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"end.ends-a-yield-from-whole": "fail"}


class _End(events.End):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        part = thread.stack[-1].gi_yieldfrom
        if not isinstance(part, GeneratorType):
            return super().perform(scheduler, thread)
        part.close()
        return True


events.End = _End  # type: ignore[misc]
