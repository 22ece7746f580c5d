"""`join` returns what the thread gave to `end`.

So it does where a thread is awaited like a task of asyncio.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "join.returns-none": "fail",
}


class _Generous(scheduler.Scheduler):
    def _return(self, thread: Thread, coro: Coroutine, value: Any) -> bool:
        joiners = self._joiners.get(coro, {})
        goes_on = super()._return(thread, coro, value)
        for joiner in joiners:
            joiner.value = thread.value
        return goes_on


scheduler.Scheduler = _Generous  # type: ignore[misc]
