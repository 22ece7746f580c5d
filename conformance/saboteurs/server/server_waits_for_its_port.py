"""A server that cannot listen since another does waits until the port is free."""

from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, sleep

BREAKS: dict[str, str] = {"server.port-in-use": "hang"}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve, as soon as that is possible."""
    while True:
        try:
            yield bluelet_reference.server(host, port, handler_coro)
        except OSError:
            yield sleep(0.1)
