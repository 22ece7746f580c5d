"""Whatever delimiter it is given, `readline` reads up to a newline."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "readline.delim-as-first-argument": "fail",
    "readline.delim-as-keyword": "fail",
    "readline.any-delimiters": "fail",
}


class _ReadLine(sockets._ReadLine):
    def __init__(self, owner: sockets.Connection, delim: bytes) -> None:
        super().__init__(owner, b"\n")


sockets._ReadLine = _ReadLine  # type: ignore[misc]
