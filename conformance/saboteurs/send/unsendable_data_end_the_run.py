"""To send what is not bytes ends the run, and the thread cannot catch it.

In bluelet 0.2.0 the error is raised in the root, and all other threads are dropped.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "send.of-a-str-spares-others": "fail",
    "send.of-a-str": "fail",
    "sendall.of-a-str-spares-others": "fail",
    "sendall.of-a-str": "fail",
}


def _as_bytes(operation: str, data: Any) -> memoryview:
    try:
        return memoryview(data)
    except TypeError as error:
        if operation == "readline":
            raise
        raise SystemExit(str(error)) from error


sockets._as_bytes = _as_bytes
