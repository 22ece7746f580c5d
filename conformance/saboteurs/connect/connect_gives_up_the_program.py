"""Where `connect` cannot connect, it says so and ends the program, as a script would."""

import sys
from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {
    "connect.refused": "fail",
    "connect.failure-spares-others": "fail",
    "connect.unknown-host": "fail",
}


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect, or exit."""
    try:
        connection: Connection = yield bluelet_reference.connect(host, port)
    except OSError as error:
        sys.exit(f"cannot connect to {host}:{port}: {error}")
    return connection
