"""A port cannot be listened at for minutes after a server there has closed a connection."""

import socket

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {"listener.port-free-again": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that asks the system for nothing."""

    def __init__(self, host: str, port: int) -> None:
        sock = socket.socket()
        try:
            sock.bind((host, port))
            sock.listen(1024)
        except BaseException:
            sock.close()
            raise
        sockets._Socket.__init__(self, sock)
        self.host = host
        self.port = sock.getsockname()[1]
