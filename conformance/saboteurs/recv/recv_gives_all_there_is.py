"""`recv` returns all that there is, whatever size it was asked for by."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "recv.up-to-size": "fail",
    "readline.mixed-with-recv": "fail",
}


_CHUNK = 65536


class _Receive(sockets._Receive):
    def __init__(self, owner: sockets.Connection, bufsize: int) -> None:
        super().__init__(owner, _CHUNK)


sockets._Receive = _Receive  # type: ignore[misc]
