"""`connect` connects when it is called, and nobody else runs until it has.

So it does in bluelet 0.2.0.
"""

import socket
from collections.abc import Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {
    "connect.construction-has-no-effect": "fail",
    "connect.suspends-only-its-thread": "hang",
    "connect.beside-one-that-waits": "hang",
    "connect.search-suspends-only-its-thread": "fail",
}


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect, and return what returns the connection."""
    connection = Connection(socket.create_connection((host, port)), (host, port))

    def at_once() -> Generator[Any, Any, Connection]:
        return connection
        yield

    return at_once()
