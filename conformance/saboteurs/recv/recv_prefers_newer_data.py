"""`recv` asks the socket first, and only then what `readline` has left."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.buffered-first": "fail",
    "readline.mixed-with-recv": "fail",
}


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        try:
            data = self.owner.receive(self.bufsize)
        except BlockingIOError:
            if not self.owner.received:
                raise
            return super().step()
        return data or super().step()


sockets._Receive = _Receive  # type: ignore[misc]
