"""`connect` connects when it is called, and nobody else runs until it has.

So it does in bluelet 0.2.0.
"""

import socket
from collections.abc import Generator
from contextlib import suppress
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting, resolving

BREAKS: dict[str, str] = {
    "connect.construction-has-no-effect": "fail",
    "connect.suspends-only-its-thread": "hang",
    "connect.beside-one-that-waits": "hang",
    "connect.search-suspends-only-its-thread": "fail",
}


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect, and return what returns the connection."""
    connecting._expect_address(host, port)
    for *_, address in resolving.look_up(host, port, 0):
        with suppress(OSError):
            sock = socket.create_connection(address[:2])
            break
    else:
        raise OSError(f"nobody listens at {host}:{port}")
    connection = Connection(sock, (host, port))

    def at_once() -> Generator[Any, Any, Connection]:
        return connection
        yield

    return at_once()
