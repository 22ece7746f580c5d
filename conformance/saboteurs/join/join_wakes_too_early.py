"""Who joins a thread goes on when the first of the coroutines that it calls has finished."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"join.waits-for-callees": "fail"}


class _Hasty(scheduler.Scheduler):
    def _return(self, thread: Thread, coro: Coroutine, value: Any) -> bool:
        for joiner in self._joiners.pop(thread.stack[0], ()):
            self.resume(joiner)
        return super()._return(thread, coro, value)


scheduler.Scheduler = _Hasty  # type: ignore[misc]
