"""What receives blocks the process until there is something, or a timeout is over."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.suspends-only-its-thread": "fail",
    "recv.several-connections": "fail",
    "recv.several-readers-block-nobody": "fail",
    "recv.taken-by-another-descriptor": "fail",
    "readline.suspends-only-its-thread": "fail",
}


_receive = sockets.Connection.receive


def _receive_blocking(self: sockets.Connection, size: int) -> bytes:
    self.sock.settimeout(0.05)
    try:
        return _receive(self, size)
    finally:
        if self.sock.fileno() >= 0:
            self.sock.setblocking(False)


sockets.Connection.receive = _receive_blocking  # type: ignore[method-assign]
