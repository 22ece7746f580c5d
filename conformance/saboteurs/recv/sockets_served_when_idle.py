"""Sockets are looked at only while no thread is ready.

So they are in all known implementations.
"""

from time import monotonic

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {
    "recv.nulls-starve-no-reader": "fail",
    "recv.always-ready-starves-nobody": "fail",
    "recv.buffered-starves-nobody": "fail",
    "readline.lines-starve-nobody": "fail",
    "send.nulls-starve-no-sender": "fail",
    "connect.nulls-starve-no-client": "fail",
    "listener.nulls-starve-no-accepter": "fail",
}


class _Lazy(scheduler.Scheduler):
    def loop(self) -> None:
        while self._owner:
            if self.timers:
                self._wake(monotonic())
            if not self.ready:
                self._idle()
            for _ in range(len(self.ready)):
                self._turn(self.ready.popleft())


scheduler.Scheduler = _Lazy  # type: ignore[misc]
