"""What an implementation may offer beyond the original, and what it is then.

bluelet promises any line, however long: a program that serves strangers needs to promise less. A
limit is off until a program asks for it.

Left open: any other extension.
"""

import socket
from typing import Any

from bluelet_spec.clause import Implementation, may
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import client_of, close, connected, free_port, loopback, receive


@may("has a limit", "has none", presupposes=("readline.up-to-newline", "recv.up-to-size"))
def line_limit(bluelet: Implementation) -> str:
    """`readline` MAY take a `limit`, and raise `ValueError` for a line of more bytes than that.

    What has come of the line can be received then. Where there is no limit, the keyword is refused.

    Source: ruling: a peer must not be able to fill the memory with one line.
    """
    lines: list[bytes] = []
    raised: list[ValueError] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"four\nfive!\n")
        peer.shutdown(socket.SHUT_WR)
        try:
            lines.append((yield connection.readline(limit=5)))
        except TypeError:
            lines.append(b"refused")
        else:
            try:
                yield connection.readline(limit=5)
            except ValueError as error:
                raised.append(error)
            lines.append((yield from receive(connection, 6)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert lines in ([b"refused"], [b"four\n", b"five!\n"])
    assert len(raised) == len(lines) - 1
    return "has a limit" if raised else "has none"


@may(
    "has a limit",
    "has none",
    presupposes=("readline.up-to-newline", "server.serves", "server.killed", "spawn.grandchildren"),
)
def servers_line_limit(bluelet: Implementation) -> str:
    """`server` MAY take a `limit` for the lines of its connections.

    Source: ruling: a peer must not be able to fill the memory with one line.
    """
    seen: list[object] = []
    port = free_port()

    def handler(connection: Any) -> Coroutine:
        try:
            seen.append((yield connection.readline()))
        except ValueError:
            seen.append("too long")

    def root() -> Coroutine:
        try:
            server = bluelet.server(loopback(), port, handler, limit=5)
        except TypeError:
            seen.append("refused")
            return
        yield bluelet.spawn(server)
        peer = yield from client_of(bluelet, (loopback(), port))
        peer.sendall(b"six!!\n")
        while not seen:
            yield bluelet.sleep(0.001)
        peer.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen in (["refused"], ["too long"])
    return "has a limit" if seen == ["too long"] else "has none"
