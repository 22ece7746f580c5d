"""A thread has room for one that joins it, and the next one takes its place."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"join.several-joiners": "fail"}


class _Cramped(scheduler.Scheduler):
    def await_end(self, thread: Thread, coro: Coroutine) -> None:
        self._joiners.pop(coro, None)
        super().await_end(thread, coro)


scheduler.Scheduler = _Cramped  # type: ignore[misc]
