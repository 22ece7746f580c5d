"""Nothing but `bytes` can be sent, not even what is as good."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {"send.bytes-like": "fail", "sendall.bytes-like": "fail"}


def _as_bytes(operation: str, data: Any) -> memoryview:
    if not isinstance(data, bytes):
        raise TypeError(f"{operation}() takes bytes")
    return memoryview(data)


sockets._as_bytes = _as_bytes
