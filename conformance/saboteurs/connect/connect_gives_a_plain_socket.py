"""`connect` returns a plain socket, whose methods are no events."""

import socket
from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"connect.gives-a-connection": "fail"}


def connect(host: str, port: int) -> Generator[Any, Any, socket.socket]:  # type: ignore[no-redef]
    """Connect, and return the socket."""
    connection = yield bluelet_reference.connect(host, port)
    return connection.sock  # type: ignore[no-any-return]
