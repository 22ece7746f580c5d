"""Who has joined a coroutine that ends by an exception is never resumed.

So it is in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "join.failed-callee": "fail",
    "send.disconnect-wakes-joiners": "fail",
}


class _Forgetful(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        self._joiners.pop(coro, None)
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Forgetful  # type: ignore[misc]
