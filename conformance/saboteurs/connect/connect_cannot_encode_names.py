"""`connect` says of a name that cannot be one what Python's codec for names says of it.

So does bluelet 0.2.0.
"""

import socket
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import resolving

BREAKS: dict[str, str] = {"connect.not-a-name": "fail"}


def _look_up(host: str, port: int, flags: int) -> list[Any]:
    return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, flags)


resolving.look_up = _look_up
