"""`connect` returns None where it cannot connect."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {
    "connect.refused": "fail",
    "connect.unknown-host": "fail",
}


def connect(host: str, port: int) -> Generator[Any, Any, Connection | None]:  # type: ignore[no-redef]
    """Connect, or do not."""
    try:
        connection: Connection = yield bluelet_reference.connect(host, port)
    except OSError:
        return None
    return connection
