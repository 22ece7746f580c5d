"""gevent with its `StreamServer` and sockets, and for lines with the files made of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gevent.server import StreamServer

from benchmarks.servers import common


def echo(sock: Any) -> None:
    """Send back what is received."""
    while data := sock.recv(common.BUFFER):
        sock.sendall(data)


def lines(sock: Any) -> None:
    """Send back each line."""
    with sock.makefile(mode="rb") as received:
        for line in received:
            sock.sendall(line)


def flood(sock: Any) -> None:
    """Send without end."""
    while True:
        sock.sendall(common.LARGE)


def serving(handler: Callable[[Any], None]) -> Callable[[], None]:
    """Return the function that serves for ever with `handler`."""

    def handle(sock: Any, address: Any) -> None:
        with suppress(ConnectionError):  # The server closes the socket.
            handler(sock)

    def serve() -> None:
        server = StreamServer((common.HOST, 0), handle, backlog=1024)
        server.start()
        common.announce(server.server_port)
        server.serve_forever()

    return serve


if __name__ == "__main__":
    common.main({"echo": serving(echo), "lines": serving(lines), "flood": serving(flood)})
