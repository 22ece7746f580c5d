"""What a handler does not catch, be it only that a client is gone, ends the server."""

from collections.abc import Callable, Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, Listener, spawn

BREAKS: dict[str, str] = {
    "server.client-that-resets": "fail",
    "server.handler-that-fails": "fail",
    "server.handler-that-is-no-coroutine": "fail",
}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve as long as all goes well."""
    listener = Listener(host, port)
    try:
        while True:
            connection = yield listener.accept()
            yield spawn(_serve(connection, handler_coro))
    finally:
        listener.close()


def _serve(
    connection: Connection, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    try:
        yield handler_coro(connection)
    except OSError as error:
        raise RuntimeError("a client is gone") from error
    finally:
        connection.close()
