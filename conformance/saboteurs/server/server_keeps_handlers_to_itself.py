"""A server goes through its handlers by itself: the scheduler does not know of them."""

from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {
    "server.handler-is-joined": "fail",
    "server.handler-is-killed": "fail",
}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve, with what no other thread can name."""

    def handler(connection: Connection) -> Generator[Any, Any, None]:
        yield from handler_coro(connection)

    return bluelet_reference.server(host, port, handler)
