"""A server is over when its first client is."""

from collections.abc import Callable, Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, Listener

BREAKS: dict[str, str] = {"server.serves": "fail"}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve a client."""
    listener = Listener(host, port)
    try:
        connection = yield listener.accept()
        yield handler_coro(connection)
        connection.close()
    finally:
        listener.close()
