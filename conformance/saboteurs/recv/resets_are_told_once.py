"""A reset is told to the first who asks, as the system does; to the next it is the end."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.reset-raises-every-time": "fail",
    "readline.reset-raises-every-time": "fail",
}


def _receive(self: sockets.Connection, size: int) -> bytes:
    data = self.sock.recv(size)
    self.is_drained = len(data) < size
    return data


sockets.Connection.receive = _receive  # type: ignore[method-assign]
