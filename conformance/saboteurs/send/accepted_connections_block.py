"""A thread that sends on a connection from `accept` holds up all others until it has sent."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {
    "send.waits-for-room-by-tcp": "hang",
    "sendall.holds-up-nobody-by-tcp": "hang",
    "close.wakes-both-ways": "hang",
}

_step = connecting._Accept.step


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


def _step_blocking(operation: connecting._Accept) -> Connection:
    connection = _step(operation)
    return _Blocking(connection.sock, connection.addr)


connecting._Accept.step = _step_blocking  # type: ignore[assignment, method-assign]
