"""A port cannot be listened at for minutes after a server there has closed a connection."""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Listener, sockets

BREAKS: dict[str, str] = {
    "listener.port-free-again": "fail",
    "server.port-free-again": "fail",
}


def _listen(self: Listener, host: str, port: int) -> None:
    """Listen, and ask the system for nothing."""
    sock = socket.socket()
    try:
        sock.bind((host, port))
        sock.listen(1024)
    except BaseException:
        sock.close()
        raise
    sockets.Endpoint.__init__(self, sock)
    self.host = host
    self.port = sock.getsockname()[1]


Listener.__init__ = _listen  # type: ignore[method-assign]
