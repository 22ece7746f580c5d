"""`sendall` does not look how much of a piece there was room for, and goes on with the next."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "sendall.to-a-slow-peer": "fail",
    "sendall.any-amounts": "hang",
}


class _SendAll(sockets._Send):
    def begin(self) -> Step:
        sock, data = self.owner.sock, self.data
        sent = 0

        def step() -> None:
            nonlocal sent
            while sent < len(data):
                sock.send(data[sent : sent + sockets._CHUNK])
                sent += sockets._CHUNK

        return step


sockets._SendAll = _SendAll  # type: ignore[assignment, misc]
