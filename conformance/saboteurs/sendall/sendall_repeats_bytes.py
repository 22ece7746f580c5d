"""`sendall` begins each piece with the last byte of the one before."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {"sendall.sends-everything": "fail"}


class _SendAll(sockets._Send):
    def begin(self) -> Step:
        sock, data = self.owner.sock, self.data
        sent = 0

        def step() -> None:
            nonlocal sent
            while sent < len(data):
                sent += sock.send(data[max(sent - 1, 0) : sent + 100])

        return step


sockets._SendAll = _SendAll  # type: ignore[assignment, misc]
