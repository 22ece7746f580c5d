"""`return value` in a coroutine gives its caller None.

So it does in bluelet 0.2.0, which is older than generators that return values.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "end.return-is-end": "fail",
    "connect.gives-a-connection": "fail",
    "listener.accept-gives-a-connection": "fail",
    "server.serves": "fail",
    "server.beside-other-threads": "fail",
    "files.read-gives-what-is-there": "fail",
    "files.read-holds-up-nobody": "fail",
    "files.read-of-text": "fail",
    "files.read-of-a-regular-file": "fail",
}


class _Old(scheduler.Scheduler):
    def _left(self, thread: Thread, raised: BaseException) -> bool:
        return super()._left(thread, StopIteration() if type(raised) is StopIteration else raised)


scheduler.Scheduler = _Old  # type: ignore[misc]
