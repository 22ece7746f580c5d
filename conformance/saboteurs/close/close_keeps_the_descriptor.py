"""`close` ends the stream, and the descriptor stays open as long as the connection is known."""

import socket
from contextlib import suppress

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {"close.frees-the-descriptor": "fail"}

_close = sockets.Endpoint.close
_kept: list[socket.socket] = []


def _half_close(owner: sockets.Endpoint) -> None:
    if owner.sock.fileno() >= 0:
        _kept.append(owner.sock.dup())
        with suppress(OSError):
            owner.sock.shutdown(socket.SHUT_RDWR)
    _close(owner)


sockets.Endpoint.close = _half_close  # type: ignore[assignment, method-assign]
