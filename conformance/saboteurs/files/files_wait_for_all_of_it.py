"""`read` waits on the file itself until it has the full size, and so holds up the others."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files
from bluelet_reference.events import null

BREAKS: dict[str, str] = {
    "files.read-gives-what-is-there": "hang",
    "files.read-holds-up-nobody": "hang",
}


def _read(fd: Any, bufsize: int | None) -> Any:
    data = fd.read(bufsize)
    yield null()
    return data


files._read = _read
