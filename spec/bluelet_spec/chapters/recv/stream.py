"""What `recv` gives is the stream.

A stream has no packets: *whatever the peer sends is received whole, once and in order*, by
whichever calls it is asked for, and after the last of it come empty bytes, again and again. That
the peer has no more to say does not keep it from listening.
"""

import socket
from typing import Any

from hypothesis import strategies as st

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, for_any
from bluelet_spec.wire import close, connected, connected_by_tcp, made_of, receive, received

_PIECES = st.lists(st.tuples(st.binary(min_size=1, max_size=300), st.booleans()), max_size=8)
"""What a peer sends, piece by piece, and whether some of it is received before the next piece."""


_SIZES = st.lists(st.integers(1, 100), min_size=1, max_size=5)


@must()
def up_to_size(bluelet: Implementation) -> None:
    """Where there is data, `recv(n)` MUST return bytes, at least one of them and at most n.

    Source: README, Basic Usage, `recv`: "Receive data from the connection", by a "bufsize".
    """
    sizes = (1, 4, 1024, 1, 2)
    data: list[object] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for size in sizes:
            peer.sendall(b"0123456789")
            data.append((yield connection.recv(size)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert len(data) == len(sizes)
    for size, chunk in zip(sizes, data, strict=True):
        assert isinstance(chunk, bytes)
        assert 1 <= len(chunk) <= size


@must("recv.up-to-size")
def end_of_stream(bluelet: Implementation) -> None:
    """Once all has been received that the peer sent before it closed, `recv` MUST return `b""`.

    It does so as often as it is asked.

    Source: README, The "Echo" Server: "if not data: break".
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"x")
        peer.close()
        for _ in range(5):
            data.append((yield connection.recv(1024)))
        close(connection)

    bluelet.run(root())

    assert data == [b"x", b"", b"", b"", b""]


@must("recv.end-of-stream")
def whole_and_in_order(bluelet: Implementation) -> None:
    """What the peer sends MUST be received whole, once and in order.

    In whatever pieces it is sent, whatever sizes it is asked for by, and whether it is there
    already or not.

    Source: README, Basic Usage, `recv`: "Receive data from the connection"; all of it, as in the
    echo server.
    """

    @for_any(pieces=_PIECES, sizes=_SIZES)
    def any_pieces(pieces: list[tuple[bytes, bool]], sizes: list[int]) -> None:
        data: list[bytes] = []

        def root() -> Coroutine:
            connection, peer = yield from connected(bluelet)
            for number, (piece, is_received) in enumerate(pieces):
                peer.sendall(piece)
                if is_received:
                    data.append((yield connection.recv(sizes[number % len(sizes)])))
            peer.close()
            while not data or data[-1]:
                data.append((yield connection.recv(sizes[len(data) % len(sizes)])))
            close(connection)

        bluelet.run(root())

        _expect_same(b"".join(data), b"".join(piece for piece, _ in pieces))

    any_pieces()


@must("recv.end-of-stream", "recv.suspends-only-its-thread", "connect.gives-a-connection")
def whole_and_in_order_by_tcp(bluelet: Implementation) -> None:
    """What the peer sends over TCP MUST be received whole, once and in order.

    A thread waits for it here while the peer sends.

    Source: README, Basic Usage: `connect` gives a connection "usable for communication", and `recv`
    receives data from it.
    """

    @for_any(pieces=_PIECES, sizes=_SIZES)
    def any_pieces(pieces: list[tuple[bytes, bool]], sizes: list[int]) -> None:
        data: list[bytes] = []

        def reader(connection: Any) -> Coroutine:
            while not data or data[-1]:
                data.append((yield connection.recv(sizes[len(data) % len(sizes)])))

        def root() -> Coroutine:
            connection, peer = yield from connected_by_tcp(bluelet)
            thread = reader(connection)
            yield bluelet.spawn(thread)
            for piece, is_received in pieces:
                peer.sendall(piece)
                if is_received:
                    yield bluelet.sleep(0)
            peer.close()
            yield bluelet.join(thread)
            close(connection)

        bluelet.run(root())

        _expect_same(b"".join(data), b"".join(piece for piece, _ in pieces))

    any_pieces()


def _expect_same(data: bytes, sent: bytes) -> None:
    assert data == sent


@must("recv.up-to-size", "recv.buffered-first")
def unyielded_takes_nothing(bluelet: Implementation) -> None:
    """A `recv` that is made and not yielded MUST NOT take anything of what is there.

    Source: README, Basic Usage: "every `yield` statement sends an 'event' object to the Bluelet
    scheduler"; what is not sent cannot act.
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest")
        peer.close()
        connection.recv(3)
        data.append((yield connection.readline()))
        connection.recv(3)
        data.append((yield from receive(connection, 1024)))
        close(connection)

    bluelet.run(root())

    assert data == [b"a line\n", b"the rest"]


@should("recv.end-of-stream", "sendall.sends-everything")
def half_closed(bluelet: Implementation) -> None:
    """A connection whose peer has ended its own sending SHOULD still send.

    The peer hears an answer after `recv` has returned `b""`.

    Source: ruling; README, Basic Usage, `sendall`: "continuously sending chunks of the data until
    it is all sent".
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a question")
        peer.shutdown(socket.SHUT_WR)
        chunk = None
        while chunk != b"":
            chunk = yield connection.recv(1024)
            seen.append(chunk)
        yield connection.sendall(b"an answer")
        seen.append(received(peer, len(b"an answer")))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen[-2:] == [b"", b"an answer"]
    assert b"".join(seen[:-2]) == b"a question"


@may("all of it", "a part", presupposes=("recv.up-to-size",))
def of_what_has_come(bluelet: Implementation) -> str:
    """Where no more has come than it asks for, `recv` MAY return all of it, or a part.

    Source: observed: all of it; README, Basic Usage, `recv`: the size is for a buffer, and no more
    is said.
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"0123456789")
        data.append((yield connection.recv(1024)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert b"0123456789".startswith(data[0])
    return "all of it" if data == [b"0123456789"] else "a part"


@may("served", "not served")
def over_a_socket_pair(bluelet: Implementation) -> str:
    """`Connection(sock, addr)` MAY serve one end of a socket pair, or nothing of the kind.

    Where it does not, the programs of all clauses connect over loopback TCP instead.

    Source: observed: the original serves any stream; README, Basic Usage: a "network socket API",
    whose connections are made by `connect` and `accept`.
    """
    data: list[bytes] = []
    seen: list[bool] = []

    def root() -> Coroutine:
        ours, peer = socket.socketpair()
        connection = made_of(bluelet, ours)
        seen.append(connection is not None)
        if connection is not None:
            peer.sendall(b"x")
            data.append((yield connection.recv(1)))
            close(connection)
        peer.close()
        yield bluelet.null()

    bluelet.run(root())

    [is_served] = seen
    assert data == [b"x"] * is_served
    return "served" if is_served else "not served"
