"""What `readline` has received of its line is its own, and lost if its thread is killed."""

from collections.abc import Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "readline.killed-within-a-line": "fail",
}


def _readline(self: sockets.Connection, delim: bytes = b"\n") -> Generator[Any, Any, bytes]:
    text, chunk = b"", b"?"
    while delim not in text and chunk:
        chunk = yield self.recv(65536)
        text += chunk
    line, found, rest = text.partition(delim)
    self.received[:0] = rest
    return line + found


sockets.Connection.readline = _readline  # type: ignore[assignment, method-assign]
