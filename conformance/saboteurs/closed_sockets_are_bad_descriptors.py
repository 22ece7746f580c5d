"""What is done with a closed connection is left to the system to find fault with."""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "close.operations-afterwards": "fail",
    "close.accept-afterwards": "fail",
    "close.between-making-and-yielding": "fail",
    "close.error-is-an-exception": "fail",
    "close.error-is-no-disconnect": "fail",
}


def _open_sock(owner: sockets._Socket) -> socket.socket:
    return owner.sock


sockets._Socket.open_sock = _open_sock  # type: ignore[assignment, method-assign]
