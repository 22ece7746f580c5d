"""Connections send without blocking where they are made by hand, and block where TCP made them."""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "send.waits-for-room-by-tcp": "hang",
    "sendall.holds-up-nobody-by-tcp": "hang",
    "server.client-that-does-not-read": "hang",
}


def _blocking(sock: socket.socket, step: Step) -> Step:
    def blocking_step() -> object:
        sock.setblocking(sock.family != socket.AF_UNIX)
        try:
            return step()
        finally:
            sock.setblocking(False)

    return blocking_step


class _Send(sockets._Send):
    def begin(self) -> Step:
        return _blocking(self.owner.sock, super().begin())


class _SendAll(sockets._SendAll):
    perform = sockets.Operation.perform

    def begin(self) -> Step:
        return _blocking(self.owner.sock, super().begin())


sockets._Send = _Send  # type: ignore[misc]
sockets._SendAll = _SendAll  # type: ignore[misc]
