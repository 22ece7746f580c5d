"""The exception of a thread is raised in those that join it, and ends the run only without them.

So it is where a thread is awaited like a task of asyncio.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "join.failed-callee": "fail",
    "join.does-not-raise-for-the-thread": "fail",
    "send.disconnect-wakes-joiners": "fail",
}


class _Loud(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        joiners = self._joiners.get(coro, {})
        for joiner in joiners:
            joiner.error = error
        if joiners and len(thread.stack) == 1:
            return self._return(thread, coro, None)
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Loud  # type: ignore[misc]
