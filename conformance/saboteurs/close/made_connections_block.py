"""A thread that sends on a connection from `connect` holds up all others until it has sent."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {
    "connect.senders-hold-up-nobody": "hang",
    "close.wakes-both-ways": "hang",
}


class _Blocking(Connection):
    def send(self, data: Any) -> Any:
        return self._blocking(self.sock.send, data)

    def sendall(self, data: Any) -> Any:
        return self._blocking(self.sock.sendall, data)

    def _blocking(self, operation: Any, data: Any) -> Any:
        yield null()  # noqa: F405
        self.sock.setblocking(True)
        try:
            return operation(data)
        finally:
            self.sock.setblocking(False)


def connect(host: str, port: int) -> Any:  # type: ignore[no-redef]
    """Connect, and return a connection that blocks."""
    connection = yield connecting.connect(host, port)
    return _Blocking(connection.sock, connection.addr)
