"""What receives blocks the process until there is something, or a timeout is over."""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.sockets import Address

BREAKS: dict[str, str] = {
    "recv.suspends-only-its-thread": "fail",
    "recv.several-connections": "fail",
    "recv.several-readers-block-nobody": "fail",
    "recv.taken-by-another-descriptor": "fail",
    "readline.suspends-only-its-thread": "fail",
}


_init = sockets.Connection.__init__


def _init_blocking(self: sockets.Connection, sock: socket.socket, addr: Address) -> None:
    _init(self, sock, addr)
    sock.settimeout(0.05)


sockets.Connection.__init__ = _init_blocking  # type: ignore[method-assign]
