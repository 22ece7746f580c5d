"""`call` starts its callee and goes on at once, as `spawn` does."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "call.runs-callee-to-its-end": "fail",
    "call.yielding-a-generator": "fail",
    "end.value-to-caller": "fail",
    "exceptions.through-a-call": "fail",
    "exceptions.finally-may-yield": "fail",
    "exceptions.deep": "fail",
    "connect.gives-a-connection": "hang",
    "listener.accept-gives-a-connection": "fail",
}


class _Impatient(scheduler.Scheduler):
    def push(self, thread: Thread, coro: Coroutine) -> bool:
        self.start(coro)
        return True


scheduler.Scheduler = _Impatient  # type: ignore[misc]
