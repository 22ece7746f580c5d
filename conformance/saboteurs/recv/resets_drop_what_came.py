"""At a peer's reset, what had been received and not asked for is dropped."""

import errno
import socket
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "recv.before-a-reset": "fail",
    "recv.reset-raises-every-time": "fail",
    "readline.before-a-reset": "fail",
    "readline.reset-raises-every-time": "fail",
}


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        _drop_after_a_reset(self.owner)
        return super().step()


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step = super().begin()

        def dropping_step() -> Any:
            _drop_after_a_reset(self.owner)
            return step()

        return dropping_step


def _drop_after_a_reset(connection: sockets.Connection) -> None:
    if connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        connection.received.clear()
        raise ConnectionResetError(errno.ECONNRESET, "reset")


sockets._Receive = _Receive  # type: ignore[misc]
sockets._ReadLine = _ReadLine  # type: ignore[misc]
