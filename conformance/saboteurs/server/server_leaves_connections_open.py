"""A server does not close the connection of a handler that has ended, by itself or by failing."""

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, Listener, spawn

BREAKS: dict[str, str] = {
    "server.closes-when-the-handler-ends": "fail",
    "server.handler-that-fails": "fail",
    "server.handler-that-is-no-coroutine": "fail",
    "server.handler-is-killed": "fail",
}

_connections: list[Connection] = []


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve, and keep the connections."""
    listener = Listener(host, port)
    try:
        while True:
            _connections.append((yield listener.accept()))
            yield spawn(_serve(_connections[-1], handler_coro))
    finally:
        listener.close()


def _serve(
    connection: Connection, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    with suppress(Exception):
        yield handler_coro(connection)
