"""A string is sent as UTF-8, and what is neither a string nor bytes as its text."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {"send.of-a-str": "fail", "sendall.of-a-str": "fail"}


def _as_bytes(operation: str, data: Any) -> memoryview:
    return memoryview(
        data if isinstance(data, bytes | bytearray | memoryview) else str(data).encode()
    )


sockets._as_bytes = _as_bytes
