"""A server closes connections that have been idle for too long, however busy it was meanwhile."""

from collections.abc import Callable, Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, Listener, SocketClosedError, sleep, spawn

BREAKS: dict[str, str] = {
    "server.handler-that-computes": "fail",
    "server.handlers-run-concurrently": "fail",
}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve those who are quick."""
    listener = Listener(host, port)
    try:
        while True:
            connection = yield listener.accept()
            yield spawn(_serve(connection, handler_coro))
            yield spawn(_close(connection))
    finally:
        listener.close()


def _serve(
    connection: Connection, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    try:
        yield handler_coro(connection)
    except SocketClosedError:
        pass
    finally:
        connection.close()


def _close(connection: Connection) -> Generator[Any, Any, None]:
    yield sleep(0.001)
    connection.close()
