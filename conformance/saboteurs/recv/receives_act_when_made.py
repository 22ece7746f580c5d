"""`recv` and `readline` take what has been received before they are yielded.

So does `recv` in bluelet 0.2.0.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.events import Event
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "recv.unyielded-takes-nothing": "fail",
    "readline.unyielded-takes-nothing": "fail",
}


_recv, _readline = sockets.Connection.recv, sockets.Connection.readline


class _Value(Event):
    def __init__(self, value: Any) -> None:
        self.value = value

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        thread.value = self.value
        return True


def _take(self: sockets.Connection, size: int) -> Event:
    data = bytes(self.received[:size])
    del self.received[:size]
    return _Value(data)


def _recv_now(self: sockets.Connection, bufsize: int) -> Event:
    event = _recv(self, bufsize)
    return _take(self, bufsize) if self.received else event


def _readline_now(self: sockets.Connection, delim: bytes = b"\n") -> Event:
    event = _readline(self, delim)
    at = self.received.find(delim)
    return event if at < 0 else _take(self, at + len(delim))


sockets.Connection.recv = _recv_now  # type: ignore[method-assign]
sockets.Connection.readline = _readline_now  # type: ignore[assignment, method-assign]
