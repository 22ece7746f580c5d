"""Data is taken from the socket some turns before its thread has it, and lost if that is killed."""

from collections.abc import Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.events import Event, null

BREAKS: dict[str, str] = {
    "recv.killed-as-data-comes": "fail",
    "readline.killed-as-a-line-comes": "fail",
}


_recv, _readline = sockets.Connection.recv, sockets.Connection.readline


def _late(event: Event) -> Generator[Any, Any, bytes]:
    data: bytes = yield event
    for _ in range(3):
        yield null()
    return data


def _recv_late(self: sockets.Connection, bufsize: int) -> Generator[Any, Any, bytes]:
    return _late(_recv(self, bufsize))


def _readline_late(self: sockets.Connection, delim: bytes = b"\n") -> Generator[Any, Any, bytes]:
    return _late(_readline(self, delim))


sockets.Connection.recv = _recv_late  # type: ignore[assignment, method-assign]
sockets.Connection.readline = _readline_late  # type: ignore[assignment, method-assign]
