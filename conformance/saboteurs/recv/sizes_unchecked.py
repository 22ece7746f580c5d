"""`recv` passes its size on, and slices what has been received by it, whatever it is."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.events import Event

BREAKS: dict[str, str] = {
    "recv.negative-size": "fail",
    "recv.size-of-no-number": "fail",
}


def _recv(self: sockets.Connection, bufsize: int) -> Event:
    return sockets._Receive(self, bufsize)


sockets.Connection.recv = _recv  # type: ignore[method-assign]
