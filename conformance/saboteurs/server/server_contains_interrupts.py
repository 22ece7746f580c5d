"""A server logs whatever a handler raises, and goes on, though it be interrupted."""

from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {
    "server.interrupt-in-a-handler": "hang",
}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve, whatever happens."""

    def handler(connection: Connection) -> Generator[Any, Any, None]:
        try:
            yield handler_coro(connection)
        except Exception:
            raise
        except BaseException as error:
            raise RuntimeError("a handler was interrupted") from error

    return bluelet_reference.server(host, port, handler)
