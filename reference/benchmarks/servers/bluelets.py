"""The servers for bluelet, whichever module is the bluelet."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from benchmarks.servers import common

Coroutine = Generator[Any, Any, Any]


def main(bluelet: Any) -> None:
    """Run the server that the command line asks for, with `bluelet`."""

    def echo(conn: Any) -> Coroutine:
        while True:
            data = yield conn.recv(common.BUFFER)
            if not data:
                break
            yield conn.sendall(data)

    def lines(conn: Any) -> Coroutine:
        while True:
            line = yield conn.readline()
            if not line:
                break
            yield conn.sendall(line)

    def flood(conn: Any) -> Coroutine:
        while True:
            yield conn.sendall(common.LARGE)

    def serving(handler: Callable[[Any], Coroutine]) -> Callable[[], None]:
        port = common.free_port()

        def root() -> Coroutine:
            yield bluelet.spawn(bluelet.server(common.HOST, port, handler))
            yield bluelet.sleep(0.01)  # The server, which is ready, has its turn before.
            common.announce(port)

        return lambda: bluelet.run(root())

    common.main({"echo": serving(echo), "lines": serving(lines), "flood": serving(flood)})
