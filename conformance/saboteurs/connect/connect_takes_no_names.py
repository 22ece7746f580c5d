"""`connect` knows addresses only, and no names of hosts."""

import socket
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import resolving

BREAKS: dict[str, str] = {
    "connect.host-by-name": "fail",
    "connect.tries-every-address": "fail",
}


def _look_up(wanted: resolving._Resolve, flags: int) -> list[Any]:
    socket.inet_pton(socket.AF_INET, wanted.host)
    return socket.getaddrinfo(wanted.host, wanted.port, 0, socket.SOCK_STREAM)


resolving._Resolve.look_up = _look_up  # type: ignore[assignment, method-assign]
