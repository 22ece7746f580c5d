"""A server runs in a loop of its own, and no other thread runs beside it."""

from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, null, run

BREAKS: dict[str, str] = {"server.beside-other-threads": "hang"}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve, and do nothing else."""
    run(bluelet_reference.server(host, port, handler_coro))
    yield null()
