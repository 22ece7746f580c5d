"""Who calls a coroutine that is being called already gets its value, in its first caller's place.

So it does in bluelet 0.2.0.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "call.answers-its-first-caller": "fail",
    "call.scheduled-coroutine-raises": "fail",
}


class _Fickle(scheduler.Scheduler):
    def __init__(self, root: Coroutine) -> None:
        self._second_callers: dict[Coroutine, Thread] = {}
        super().__init__(root)

    def push(self, thread: Thread, coro: Coroutine) -> bool:
        if coro not in self._owner:
            return super().push(thread, coro)
        self._second_callers[coro] = thread
        self.await_end(thread, coro)
        return False

    def _return(self, thread: Thread, coro: Coroutine, value: Any) -> bool:
        goes_on = super()._return(thread, coro, value)
        if coro not in self._second_callers:
            return goes_on
        self._second_callers.pop(coro).value = thread.value
        return False


scheduler.Scheduler = _Fickle  # type: ignore[misc]
