"""A reset within a line.

The lines that had come are given first. Part of a line that nobody will ever complete is no line,
and the stream has not ended either. It is a failure, and a program that handles lines must not be
given something else for one.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, raised_by
from bluelet_spec.wire import close, connected_by_tcp, reset


@must("readline.several-at-once", "connect.gives-a-connection")
def before_a_reset(bluelet: Implementation) -> None:
    """The lines that came before the peer's reset MUST be returned before the reset is told.

    Source: README, Basic Usage, `readline`: "Read a line of data from the connection".
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"one\ntwo\nthree\n")
        lines.append((yield connection.readline()))
        reset(peer)
        for _ in range(2):
            lines.append((yield connection.readline()))
        close(connection)

    raised_by(bluelet.run, root())

    assert lines == [b"one\n", b"two\n", b"three\n"]


@should("readline.up-to-newline", "connect.gives-a-connection")
def never_none(bluelet: Implementation) -> None:
    """When the peer resets the connection within a line, `readline` SHOULD return bytes or raise.

    A program that handles the line, as the README's Web server does, expects nothing else.

    Source: ruling: a reader must not take a reset for the end. Observed: implementations give None,
    and two known programs test for something falsy.
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


@should("readline.reset-raises", "recv.reset-raises-every-time")
def reset_raises_every_time(bluelet: Implementation) -> None:
    """Once the peer has reset the connection within a line, every `readline` SHOULD raise.

    What had come of the line is no line, the second time either.

    Source: ruling: a reader who takes a reset for the end has lost data without knowing.
    """
    seen: list[object] = []

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"half a ")
        reset(peer)
        for _ in range(3):
            try:
                seen.append((yield connection.readline()))
            except OSError:
                seen.append("reset")
        close(connection)

    bluelet.run(root())

    assert seen == ["reset"] * 3
