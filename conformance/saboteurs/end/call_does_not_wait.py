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
    "server.serves": "fail",
    "server.beside-other-threads": "fail",
    "files.read-gives-what-is-there": "fail",
    "files.read-holds-up-nobody": "fail",
    "files.read-of-text": "fail",
    "files.read-of-a-regular-file": "fail",
    "files.write-arrives": "fail",
}


class _Impatient(scheduler.Scheduler):
    def push(self, thread: Thread, coro: Coroutine) -> bool:
        self.start(coro)
        return True


scheduler.Scheduler = _Impatient  # type: ignore[misc]
