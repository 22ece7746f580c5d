"""`connect` gives all who connect to one host and port the same connection, to save time."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, sleep

BREAKS: dict[str, str] = {"connect.many-at-once": "fail"}

_pool: dict[tuple[str, int], Connection | None] = {}


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect, unless that has been done."""
    if (host, port) not in _pool:
        _pool[host, port] = None
        _pool[host, port] = yield bluelet_reference.connect(host, port)
    while (connection := _pool[host, port]) is None:
        yield sleep(0.001)
    return connection
