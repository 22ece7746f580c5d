"""An `end` ends the coroutine that made it, and is refused to any other.

So it is where events find out the current coroutine when they are made.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"events.yielded-by-another-thread": "fail"}


class _Current(scheduler.Scheduler):
    running: scheduler.Scheduler

    def loop(self) -> None:
        _Current.running = self
        super().loop()


class _End(events.End):
    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.maker = next(coro for coro in _Current.running._owner if coro.gi_running)

    def perform(self, scheduler: scheduler.Scheduler, thread: Thread) -> bool:
        if thread.stack[-1] is not self.maker:
            raise RuntimeError("the event is another coroutine's")
        return super().perform(scheduler, thread)


scheduler.Scheduler = _Current  # type: ignore[misc]
events.End = _End  # type: ignore[misc]
