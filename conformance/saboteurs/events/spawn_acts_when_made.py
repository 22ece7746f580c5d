"""`spawn` starts its thread when it is called, and not when the event is yielded.

So does `asyncio.create_task`.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"events.construction-has-no-effect": "fail"}


class _Current(scheduler.Scheduler):
    running: scheduler.Scheduler

    def _turn(self, thread: Thread) -> None:
        _Current.running = self
        super()._turn(thread)


class _Spawn(events.Spawn):
    def __init__(self, coro: Coroutine) -> None:
        super().__init__(coro)
        _Current.running.start(coro)

    def perform(self, scheduler: scheduler.Scheduler, thread: Thread) -> bool:
        return True


scheduler.Scheduler = _Current  # type: ignore[misc]
events.Spawn = _Spawn  # type: ignore[misc]
