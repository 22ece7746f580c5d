"""What becomes of the descriptor.

A closed connection has none. The operating system gives the number of a closed descriptor to
whatever is opened next; an implementation that still has the number on its list when that happens
waits for the wrong connection, or fails for all.
"""

import os
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine, raised_by
from bluelet_spec.wire import connected, receive


def _descriptors() -> int:
    """Return how many descriptors are open, of the first thousand."""
    return sum(raised_by(os.fstat, descriptor) is None for descriptor in range(1000))


@should("close.wakes-receivers", "join.after-finish")
def number_used_again(bluelet: Implementation) -> None:
    """A connection SHOULD work though its descriptor has the number of one closed before.

    The one before was waited for, and closed while it was, or afterwards; others are waited for
    all the while.

    Source: ruling: to close a connection wakes whoever waits on it, and concerns nobody else.
    """
    arrived: list[bytes] = []
    seen: list[str] = []

    def receiver(connection: Any, size: int) -> Coroutine:
        seen.append("waits")
        try:
            arrived.append((yield from receive(connection, size)))
        except bluelet.SocketClosedError:
            arrived.append(b"closed")

    def root() -> Coroutine:
        other, other_peer = yield from connected(bluelet)
        yield bluelet.spawn(receiver(other, 10))
        peers = [other_peer]
        for number in range(9):
            connection, peer = yield from connected(bluelet)
            peers.append(peer)
            thread = receiver(connection, 4)
            yield bluelet.spawn(thread)
            while len(seen) < number + 2:
                yield bluelet.null()
            yield bluelet.sleep(0.001)
            if number % 3:
                peer.sendall(b"data")
                yield bluelet.join(thread)
            connection.close()
            yield bluelet.join(thread)
        other_peer.sendall(b"other data")
        for peer in peers:
            peer.close()

    bluelet.run(root())

    assert arrived == [b"closed", b"data", b"data"] * 3 + [b"other data"]


@should("close.at-once")
def frees_the_descriptor(bluelet: Implementation) -> None:
    """A closed connection's descriptor SHOULD be free, though the program holds the connection.

    Source: observed: so it is in all known implementations. A server would run out of them.
    """
    before: list[int] = []
    after: list[int] = []
    connections: list[Any] = []

    def root() -> Coroutine:
        before.append(_descriptors())
        for _ in range(50):
            connection, peer = yield from connected(bluelet)
            connections.append(connection)
            peer.sendall(b"data")
            yield connection.recv(10)
            connection.close()
            peer.close()
        after.append(_descriptors())

    bluelet.run(root())

    assert after[0] < before[0] + 25
