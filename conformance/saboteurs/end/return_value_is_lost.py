"""`return value` in a coroutine gives its caller None.

So it does in bluelet 0.2.0, which is older than generators that return values.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "end.return-is-end": "fail",
    "connect.gives-a-connection": "fail",
    "listener.accept-gives-a-connection": "fail",
}


class _Old(scheduler.Scheduler):
    def _return(self, thread: Thread, coro: Coroutine, value: Any) -> bool:
        return super()._return(thread, coro, None)


scheduler.Scheduler = _Old  # type: ignore[misc]
