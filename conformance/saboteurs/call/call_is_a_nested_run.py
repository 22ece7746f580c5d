"""`call` runs its callee in a loop of its own, inside the caller's turn."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "call.suspends-only-its-thread": "spin",
    "call.deeper-than-the-stack": "fail",
    "interrupts.through-a-call": "fail",
}


class _Call(events.Call):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        nested = Scheduler(self.coro)
        nested.loop()
        thread.value = nested._root.value
        return True


events.Call = _Call  # type: ignore[misc]
