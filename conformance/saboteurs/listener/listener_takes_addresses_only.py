"""`Listener` knows addresses only, and no names of hosts."""

import socket

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"listener.host-by-name": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that asks nobody for addresses."""

    def __init__(self, host: str, port: int) -> None:
        if host:
            socket.inet_pton(socket.AF_INET, host)
        super().__init__(host, port)
