"""A coroutine that is being called can be neither joined nor killed.

So it is in a fork of bluelet, which kills spawned threads alone.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "join.called-coroutine": "fail",
    "join.failed-callee": "fail",
    "kill.called-coroutine": "fail",
    "kill.own-caller": "fail",
}


class _Formal(scheduler.Scheduler):
    def find(self, operation: str, coro: Coroutine) -> Thread | None:
        thread = super().find(operation, coro)
        if thread is not None and thread.stack[0] is not coro:
            raise ValueError(f"{operation}() is for spawned threads")
        return thread


scheduler.Scheduler = _Formal  # type: ignore[misc]
