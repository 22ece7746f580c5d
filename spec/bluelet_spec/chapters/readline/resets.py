"""A reset within a line.

Part of a line that nobody will ever complete is no line, and the stream has not ended either. It is
a failure, and a program that handles lines must not be given something else for one.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import close, connected_by_tcp, reset


@must("readline.up-to-newline", "connect.gives-a-connection")
def never_none(bluelet: Implementation) -> None:
    """When the peer resets the connection within a line, `readline` MUST return bytes or raise.

    A program that handles the line, as the README's Web server does, expects nothing else.

    Source: README, Basic Usage, `readline`: "Read a line of data from the connection".
    """
    seen: list[object] = []

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"half a ")
        reset(peer)
        try:
            seen.append((yield connection.readline()))
        except Exception:
            seen.append(b"it raised")
        close(connection)

    bluelet.run(root())

    assert [type(line) for line in seen] == [bytes]


@should("readline.never-none", "recv.reset-raises")
def reset_raises(bluelet: Implementation) -> None:
    """When the peer resets the connection within a line, `readline` SHOULD raise `OSError`.

    It does so at its `yield`.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            seen.append((yield connection.readline()))
        except OSError:
            seen.append("reset")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"half a ")
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        yield bluelet.join(thread)
        close(connection)

    bluelet.run(root())

    assert seen == ["waits", "reset"]
