"""`spawn` starts its thread when it is called, and not when the event is yielded.

So does `asyncio.create_task`.
"""

import threading

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"events.construction-has-no-effect": "fail"}

_current = threading.local()


class _Current(scheduler.Scheduler):
    def loop(self) -> None:
        outer = getattr(_current, "running", None)
        _current.running = self
        super().loop()
        _current.running = outer


class _Spawn(events.Spawn):
    def __init__(self, coro: Coroutine) -> None:
        super().__init__(coro)
        _current.running.start(coro)

    def perform(self, scheduler: scheduler.Scheduler, thread: Thread) -> bool:
        return True


scheduler.Scheduler = _Current  # type: ignore[misc]
events.Spawn = _Spawn  # type: ignore[misc]
