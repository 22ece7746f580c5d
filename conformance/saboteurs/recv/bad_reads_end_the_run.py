"""What is no size and no delimiter for `recv` and `readline` ends the run."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.events import Event
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "recv.bad-size-spares-others": "fail",
    "readline.bad-delimiter-spares-others": "fail",
}


_recv, _readline = sockets.Connection.recv, sockets.Connection.readline


class _EndsTheRun(BaseException):
    pass


class _Bad(Event):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        raise _EndsTheRun


def _recv_or_end(self: sockets.Connection, bufsize: int) -> Event:
    try:
        return _recv(self, bufsize)
    except (TypeError, ValueError):
        return _Bad()


def _readline_or_end(self: sockets.Connection, delim: bytes = b"\n") -> Event:
    try:
        return _readline(self, delim)
    except (TypeError, ValueError):
        return _Bad()


sockets.Connection.recv = _recv_or_end  # type: ignore[method-assign]
sockets.Connection.readline = _readline_or_end  # type: ignore[assignment, method-assign]
