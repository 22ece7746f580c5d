"""`call` runs its callee in a loop of its own, inside the caller's turn."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "call.suspends-only-its-thread": "spin",
    "call.deeper-than-the-stack": "fail",
    "interrupts.through-a-call": "fail",
}


class _Nested(Scheduler):
    value: Any = None

    def _return(self, thread: Thread, coro: Coroutine, value: Any) -> bool:
        if thread is self._root and len(thread.stack) == 1:
            self.value = value
        return super()._return(thread, coro, value)


class _Call(events.Call):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        nested = _Nested(self.coro)
        nested.loop()
        thread.value = nested.value
        return True


events.Call = _Call  # type: ignore[misc]
