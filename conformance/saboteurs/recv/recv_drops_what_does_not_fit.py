"""`recv` takes a whole packet, and what is beyond its size is lost."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.whole-and-in-order": "fail",
    "recv.whole-and-in-order-by-tcp": "fail",
    "recv.several-readers-lose-nothing": "fail",
    "readline.mixed-with-recv": "fail",
}


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        if self.owner.received or not self.bufsize:
            return super().step()
        return self.owner.receive(65536)[: self.bufsize]


sockets._Receive = _Receive  # type: ignore[misc]
