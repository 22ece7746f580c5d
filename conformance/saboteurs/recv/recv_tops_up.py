"""`recv` waits for newer data to go with what `readline` has left."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.buffered-without-waiting": "fail",
    "recv.before-a-reset": "fail",
}


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        data = self.owner.receive(self.bufsize)
        self.owner.received.extend(data)
        return super().step()


sockets._Receive = _Receive  # type: ignore[misc]
