"""`sendall` makes a copy of what is left of its data each time that a piece is sent.

Up to fifty megabytes it gets by.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {"sendall.in-linear-time": "spin"}


class _SendAll(sockets._Send):
    def begin(self) -> Step:
        sock, rest = self.owner.sock, memoryview(self.data)

        def step() -> None:
            nonlocal rest
            while rest:
                rest = rest[sock.send(rest) :]
                if len(rest) > 50_000_000:
                    rest = memoryview(bytes(rest))

        return step


sockets._SendAll = _SendAll  # type: ignore[assignment, misc]
