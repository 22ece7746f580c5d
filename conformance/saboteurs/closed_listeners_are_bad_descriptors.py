"""`accept` of a closed listener says that the system does not know the descriptor."""

import socket

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"listener.accept-after-close": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that does not remember that it has been closed."""

    def open_sock(self) -> socket.socket:
        """Return the socket, such as it is."""
        return self.sock
