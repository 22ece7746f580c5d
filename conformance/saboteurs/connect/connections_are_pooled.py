"""`connect` gives all who connect to one host and port at a time the same connection."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, sleep

BREAKS: dict[str, str] = {"connect.many-at-once": "fail"}

_pool: dict[tuple[str, int], Connection] = {}
_wanted: set[tuple[str, int]] = set()


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect, unless that has been done."""
    while (host, port) in _wanted:
        yield sleep(0.001)
        if (host, port) in _pool:
            return _pool[host, port]
    _pool.pop((host, port), None)
    _wanted.add((host, port))
    try:
        _pool[host, port] = yield bluelet_reference.connect(host, port)
    finally:
        _wanted.discard((host, port))
    return _pool[host, port]
