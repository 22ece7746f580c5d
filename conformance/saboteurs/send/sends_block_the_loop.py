"""Who sends waits in the operating system, and all others with it.

So it is in bluelet 0.2.0, whose sockets block.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "send.sends-a-part": "hang",
    "sendall.holds-up-nobody": "hang",
    "sendall.much-to-a-slow-peer": "hang",
    "close.senders-connection-spares-others": "hang",
}


class _Send(sockets._Send):
    def begin(self) -> Step:
        def step() -> int:
            self.owner.sock.setblocking(True)
            try:
                self.owner.sock.sendall(self.data)
            finally:
                self.owner.sock.setblocking(False)
            return len(self.data)

        return step


class _SendAll(_Send):
    def begin(self) -> Step:
        step = super().begin()

        def silent() -> None:
            step()

        return silent


sockets._Send = _Send  # type: ignore[misc]
sockets._SendAll = _SendAll  # type: ignore[assignment, misc]
