"""A connection that could not be made, or is not wanted any longer, is never closed."""

import socket
from collections.abc import Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {
    "connect.suspends-only-its-thread": "leak",
    "connect.refused": "leak",
}

_connections: list[Connection] = []


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect, and keep what there is of a connection."""
    connection = Connection(socket.socket(), (host, port))
    _connections.append(connection)
    yield connecting._Connect(connection, (host, port))
    return connection
