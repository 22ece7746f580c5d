"""`readline` takes an empty delimiter, and one of text."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.events import Event

BREAKS: dict[str, str] = {
    "readline.empty-delimiter": "fail",
}


def _readline(self: sockets.Connection, delim: Any = b"\n") -> Event:
    return sockets._ReadLine(self, delim.encode() if isinstance(delim, str) else delim)


sockets.Connection.readline = _readline  # type: ignore[assignment, method-assign]
