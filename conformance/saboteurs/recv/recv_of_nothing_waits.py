"""`recv(0)` waits until there is something, and then does not take it.

So it does in all known implementations.
"""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.size-zero": "fail",
}


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        if not self.bufsize:
            self.owner.sock.recv(1, socket.MSG_PEEK)
        return super().step()


sockets._Receive = _Receive  # type: ignore[misc]
