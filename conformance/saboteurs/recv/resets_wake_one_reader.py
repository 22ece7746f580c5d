"""A reset is told to the first who asks, as the system does; whoever asks after that waits."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.reset-wakes-every-reader": "fail",
    "recv.reset-raises-every-time": "spin",
    "readline.reset-raises-every-time": "spin",
}


def _receive(self: sockets.Connection, size: int) -> bytes:
    try:
        data = self.sock.recv(size)
    except ConnectionResetError as error:
        self.reset = error
        raise
    if self.reset:
        raise BlockingIOError
    self.is_drained = len(data) < size
    return data


sockets.Connection.receive = _receive  # type: ignore[method-assign]
