"""A server without a host listens at one address of the machine, where nobody else gets to."""

from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {"server.any-address": "fail"}


def server(  # type: ignore[no-redef]
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve those who are here."""
    return bluelet_reference.server(host or "127.0.0.1", port, handler_coro)
