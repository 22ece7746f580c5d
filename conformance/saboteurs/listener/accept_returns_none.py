"""Where `accept` fails, as it does when descriptors run out, it returns None."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting, server  # noqa: F401

BREAKS: dict[str, str] = {
    "listener.out-of-descriptors": "fail",
    "server.out-of-descriptors-spares-others": "fail",
    "server.out-of-descriptors": "fail",
}


def _accept(listener: bluelet_reference.Listener) -> Generator[Any, Any, Connection | None]:
    try:
        connection: Connection = yield connecting._Accept(listener)
    except OSError:
        return None
    return connection


bluelet_reference.Listener._accept = _accept  # type: ignore[assignment, method-assign]
