"""The root can be neither joined nor killed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "join.root-thread": "fail",
    "kill.root-thread": "fail",
}


class _Formal(scheduler.Scheduler):
    def find(self, operation: str, coro: Coroutine) -> Thread | None:
        thread = super().find(operation, coro)
        if thread is self._root and coro is thread.stack[0]:
            raise ValueError(f"{operation}() is for spawned threads")
        return thread


scheduler.Scheduler = _Formal  # type: ignore[misc]
