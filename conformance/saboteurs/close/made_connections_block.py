"""A thread that sends on a connection from `connect` holds up all others until it has sent."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {
    "connect.senders-hold-up-nobody": "hang",
    "close.wakes-both-ways": "hang",
}


class _Blocking(Connection):
    def send(self, data):  # type: ignore[no-untyped-def]
        return self._blocking(self.sock.send, data)

    def sendall(self, data):  # type: ignore[no-untyped-def]
        return self._blocking(self.sock.sendall, data)

    def _blocking(self, operation, data):  # type: ignore[no-untyped-def]
        yield null()  # noqa: F405
        self.sock.setblocking(True)
        try:
            return operation(data)
        finally:
            self.sock.setblocking(False)


def connect(host, port):  # type: ignore[no-untyped-def]
    """Connect, and return a connection that blocks."""
    connection = yield connecting.connect(host, port)
    return _Blocking(connection.sock, connection.addr)
