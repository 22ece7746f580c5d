"""Sizes that are none, or none to speak of.

To ask for no bytes is no mistake; to ask for less, or for what is no number, is one, and its
thread's own, whether or not there is data that it could have been given.
"""

from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import TURNS, Coroutine, finished, raised_by
from bluelet_spec.wire import close, connected, receive


@should("recv.up-to-size", "kill.sleeping", "fairness.naps-starve-nobody")
def size_zero(bluelet: Implementation) -> None:
    """`recv(0)` SHOULD return `b""` without waiting, and take nothing.

    Source: ruling; README, Basic Usage, `recv`: by a "bufsize", and no byte is enough for this one.
    """
    data: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        data.append((yield connection.recv(0)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        for _ in range(TURNS):
            if not finished(thread):
                yield bluelet.sleep(0)
        if not finished(thread):
            yield bluelet.kill(thread)
        peer.sendall(b"data")
        data.append((yield connection.recv(0)))
        data.append((yield from receive(connection, len(b"data"))))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert data == [b"", b"", b"data"]


@should("recv.bad-size-spares-others", "recv.buffered-first")
def negative_size(bluelet: Implementation) -> None:
    """`recv` of a negative number of bytes SHOULD raise `ValueError` in its thread.

    It does so, too, where an earlier `readline` left data.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def careless(connection: Any) -> Coroutine:
        try:
            yield connection.recv(-1)
        except ValueError:
            seen.append("refused")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest")
        for _ in range(2):
            thread = careless(connection)
            yield bluelet.spawn(thread)
            while not finished(thread):
                yield bluelet.sleep(0)
            yield connection.readline()
            peer.sendall(b"a line\nthe rest")
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["refused", "refused"]


@should("recv.bad-size-spares-others", "recv.buffered-first")
def size_of_no_number(bluelet: Implementation) -> None:
    """`recv` of what is not a whole number SHOULD raise `TypeError` in its thread.

    It does so, too, where an earlier `readline` left data.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    mistakes = ("4", None, 4.0, b"4")
    refused: list[object] = []

    def careless(connection: Any, mistake: object) -> Coroutine:
        try:
            yield connection.recv(mistake)
        except TypeError:
            refused.append(mistake)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest")
        for _ in range(2):
            for mistake in mistakes:
                thread = careless(connection, mistake)
                yield bluelet.spawn(thread)
                while not finished(thread):
                    yield bluelet.sleep(0)
            yield connection.readline()
            peer.sendall(b"a line\nthe rest")
        close(connection)
        peer.close()

    bluelet.run(root())

    assert refused == [*mistakes, *mistakes]


@should("recv.end-of-stream", "run.waits-for-every-thread", "fairness.naps-starve-nobody")
def bad_size_spares_others(bluelet: Implementation) -> None:
    """`recv` of what is no number of bytes SHOULD NOT affect other threads.

    Source: ruling; README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def careless(connection: Any, mistake: object) -> Coroutine:
        seen.append("tries")
        try:
            yield connection.recv(mistake)
        except Exception:
            pass

    def bystander() -> Coroutine:
        for _ in range(10):
            yield bluelet.sleep(0)
        seen.append("bystander")

    def root(mistake: object) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"data")
        peer.close()
        yield bluelet.spawn(bystander())
        thread = careless(connection, mistake)
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.sleep(0)
        seen.append("root")
        close(connection)

    for mistake in (-1, "4", None, 4.0):
        del seen[:]
        raised_by(bluelet.run, root(mistake))

        assert sorted(seen) == ["bystander", "root", "tries"], mistake
