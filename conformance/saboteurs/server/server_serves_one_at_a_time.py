"""A server serves its clients one after the other."""

from collections.abc import Callable, Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, Listener

BREAKS: dict[str, str] = {
    "server.handlers-run-concurrently": "fail",
    "server.client-that-does-not-read": "fail",
    "server.client-that-is-not-read": "fail",
}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve a client, and then the next."""
    listener = Listener(host, port)
    try:
        while True:
            connection = yield listener.accept()
            yield handler_coro(connection)
            connection.close()
    finally:
        listener.close()
