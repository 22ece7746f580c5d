"""A thread cannot kill itself."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "kill.itself": "fail",
    "kill.own-caller": "fail",
}


class _Kill(events.Kill):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        if self.coro in thread.stack:
            raise ValueError(f"{thread} kills itself")
        return super().perform(scheduler, thread)


events.Kill = _Kill  # type: ignore[misc]
