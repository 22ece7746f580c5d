"""When the peer has ended its sending, the connection ends its own, and cannot send either."""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {"recv.half-closed": "fail"}


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        data = super().step()
        if not data and self.bufsize:
            self.owner.sock.shutdown(socket.SHUT_WR)
        return data


sockets._Receive = _Receive  # type: ignore[misc]
