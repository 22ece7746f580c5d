"""A callee that hands back no value gives its caller an internal marker instead of None."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "end.default-none": "fail",
    "call.none-without-end": "fail",
    "call.finished-generator": "fail",
}


class _Leaky(scheduler.Scheduler):
    def _return(self, thread: Thread, coro: Coroutine, value: Any) -> bool:
        goes_on = super()._return(thread, coro, value)
        if thread.value is None:
            thread.value = NotImplemented
        return goes_on


scheduler.Scheduler = _Leaky  # type: ignore[misc]
