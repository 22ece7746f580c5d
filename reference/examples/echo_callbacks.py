"""An echo server with callbacks: it serves everybody at once, and its flow is hard to follow.

What was a loop in echo_plain.py is in pieces here, each called when a socket is ready, with the
state between them kept by hand. echo_bluelet.py does the same and reads like the plain one.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import common

Callback = Callable[[int], None]

LIMIT = 65_536
"""Bytes that may wait to be sent back, before no more are received."""


class Echoer:
    """One connection."""

    def __init__(self, selector: selectors.BaseSelector, sock: socket.socket) -> None:
        self.selector = selector
        self.sock = sock
        self.unsent = bytearray()
        self.ended = False
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, self.handle)

    def handle(self, events: int) -> None:
        """Do what can be done now, and see to being called for what is left."""
        try:
            if events & selectors.EVENT_READ:
                self.handle_read()
            if self.unsent:
                self.handle_write()
        except BlockingIOError:
            pass
        except OSError:  # The peer has gone away.
            self.ended = True
            self.unsent.clear()
        interest = selectors.EVENT_WRITE if self.unsent else 0
        if not self.ended and len(self.unsent) < LIMIT:
            interest |= selectors.EVENT_READ
        if interest:
            self.selector.modify(self.sock, interest, self.handle)
        else:
            self.selector.unregister(self.sock)
            self.sock.close()

    def handle_read(self) -> None:
        """Receive what there is."""
        data = self.sock.recv(1024)
        self.unsent += data
        self.ended = not data

    def handle_write(self) -> None:
        """Send what the peer will take."""
        sent = self.sock.send(self.unsent)
        del self.unsent[:sent]


def handle_accept(selector: selectors.BaseSelector, listener: socket.socket, events: int) -> None:
    """Take a new connection."""
    with suppress(BlockingIOError, ConnectionAbortedError):
        sock, _ = listener.accept()
        Echoer(selector, sock)


def main() -> None:
    """Serve until Ctrl-C."""
    options = common.parser(__doc__)
    common.add_address(options, 4915)
    arguments = options.parse_args()

    with (
        suppress(KeyboardInterrupt),
        common.listen(arguments.host, arguments.port) as listener,
        selectors.DefaultSelector() as selector,
    ):
        listener.setblocking(False)
        accepting: Callback = partial(handle_accept, selector, listener)
        selector.register(listener, selectors.EVENT_READ, accepting)
        common.announce(*listener.getsockname()[:2])
        while True:
            for key, events in selector.select():
                callback: Callback = key.data
                callback(events)


if __name__ == "__main__":
    common.start(main)
