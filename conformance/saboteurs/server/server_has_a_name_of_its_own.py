"""A server calls its handler by another name.

So it does in bluelet 0.2.0.
"""

from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {"server.arguments-as-keywords": "fail"}


def server(  # type: ignore[no-redef]
    host: str, port: int, func: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Serve."""
    return bluelet_reference.server(host, port, func)
