"""The delimiter is named `terminator`, and not `delim`.

So it is in all known implementations.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.events import Event

BREAKS: dict[str, str] = {
    "readline.delim-as-keyword": "fail",
}


_readline = sockets.Connection.readline


def _renamed(self: sockets.Connection, terminator: bytes = b"\n", bufsize: int = 1024) -> Event:
    return _readline(self, terminator)


sockets.Connection.readline = _renamed  # type: ignore[assignment, method-assign]
