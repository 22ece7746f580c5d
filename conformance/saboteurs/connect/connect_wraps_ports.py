"""`connect` drops the bits of a port's number that are too many.

So do the system's search for addresses and, with it, bluelet 0.2.0.
"""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {"connect.not-a-port": "fail"}


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect to a port."""
    return bluelet_reference.connect(host, port & 0xFFFF)
