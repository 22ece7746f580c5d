"""When the peer has ended its sending, the connection is closed, and cannot send either."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.end-of-stream": "fail",
    "recv.half-closed": "fail",
}


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        data = super().step()
        if not data:
            self.owner.close()
        return data


sockets._Receive = _Receive  # type: ignore[misc]
