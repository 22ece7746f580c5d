"""An exception that leaves a spawned thread is printed, and ends that thread alone.

So it is in Python's `threading`.
"""

import traceback

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.errors import DISCONNECTS
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "exceptions.from-a-spawned-thread": "fail",
    "exceptions.ends-the-run": "fail",
    "interrupts.are-not-lost": "fail",
    "join.does-not-raise-for-the-thread": "fail",
}


class _Quiet(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        if thread is self._root or len(thread.stack) > 1:
            return super()._raise(thread, coro, error)
        if not isinstance(error, DISCONNECTS):
            traceback.print_exception(error)
        return self._return(thread, coro, None)


scheduler.Scheduler = _Quiet  # type: ignore[misc]
