"""Peers that are slow to read, or gone.

While `sendall` waits for its peer, all other threads go on: if they did not, one peer that reads
slowly would stop a server, and a program that sends and receives at both ends of a connection would
stop itself.

Where it fails, it raises what `send` raises (see there), and how much has been sent is not known.
"""

from collections.abc import Callable
from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import (
    PATIENCE,
    accepted_by_tcp,
    both_connected,
    close,
    connected,
    connected_by_tcp,
    read_slowly,
    receive,
    received,
    send_on,
    taken,
)


@must("sendall.sends-everything", "spawn.both-run", "kill.sleeping")
def holds_up_nobody(bluelet: Implementation) -> None:
    """While a thread waits in `sendall` because its peer does not read, the others MUST go on.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent", where
    synchronous code can "accept only one connection at a time".
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        yield from send_on(connection)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = sender(connection)
        yield bluelet.spawn(thread)
        while "sends" not in seen:
            yield bluelet.null()
        for _ in range(20):
            yield bluelet.sleep(0.001)
            seen.append("turn")
        yield bluelet.kill(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["sends"] + ["turn"] * 20


@must("sendall.holds-up-nobody", "connect.gives-a-connection", "listener.accept-gives-a-connection")
def holds_up_nobody_by_tcp(bluelet: Implementation) -> None:
    """While a thread waits in `sendall` on what `connect` or `accept` gave, the others MUST go on.

    Source: README, Basic Usage, `accept`: it gives "a connection object as above", as `connect`
    does; The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        yield from send_on(connection)

    def root(source: Callable[[Implementation], Coroutine]) -> Coroutine:
        connection, peer = yield from source(bluelet)
        thread = sender(connection)
        yield bluelet.spawn(thread)
        while not seen:
            yield bluelet.null()
        for _ in range(20):
            yield bluelet.sleep(0.001)
            seen.append("turn")
        yield bluelet.kill(thread)
        close(connection)
        peer.close()

    for source in (connected_by_tcp, accepted_by_tcp):
        del seen[:]
        bluelet.run(root(source))

        assert seen == ["sends"] + ["turn"] * 20


@must("sendall.holds-up-nobody")
def to_a_slow_peer(bluelet: Implementation) -> None:
    """`sendall` MUST send all of its data to a peer that reads little by little.

    Source: README, Basic Usage, `sendall`: "continuously sending chunks of the data until it is all
    sent".
    """
    data = bytes(range(250)) * 4000
    arrived: list[bytes] = []
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        yield connection.sendall(data)
        seen.append("sent")
        close(connection)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sender(connection))
        arrived.append((yield from read_slowly(bluelet, peer, len(data), step=50_000)))
        peer.close()

    bluelet.run(root())

    assert seen == ["sent"]
    assert arrived == [data]


@must("sendall.to-a-slow-peer", "send.nulls-starve-no-sender", "fairness.naps-starve-nobody")
def much_to_a_slow_peer(bluelet: Implementation) -> None:
    """While a peer reads fifty megabytes, piece by piece, every other thread MUST have its turns.

    Here one has a turn between any two pieces.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent"; Basic
    Usage, `sendall`: "until it is all sent".
    """
    data = bytes(50_000_000)
    pieces: list[int] = []
    turns: list[int] = []
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        yield connection.sendall(data)
        seen.append("sent")
        close(connection)

    def bystander() -> Coroutine:
        while "sent" not in seen:
            yield bluelet.sleep(0)
            turns.append(len(pieces))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sender(connection))
        yield bluelet.spawn(bystander())
        while "sent" not in seen:
            pieces.append(len(taken(peer, 1_000_000)))
            while "sent" not in seen and turns[-1:] != [len(pieces)]:
                yield bluelet.sleep(0)
        peer.settimeout(PATIENCE)
        pieces.append(len(received(peer, len(data) - sum(pieces))))
        peer.close()

    bluelet.run(root())

    assert sum(pieces) == len(data)
    without_a_turn = [number for number in range(1, len(pieces) - 1) if number not in turns]
    assert without_a_turn == []


@must("sendall.any-amounts", "recv.full-duplex", "join.each-in-turn")
def both_ways_at_once(bluelet: Implementation) -> None:
    """Both ends of a connection MUST be able to send to each other at the same time.

    Source: README, Basic Usage, `sendall`: "until it is all sent"; code that "acts concurrent".
    """
    texts = {"one": b"there" * 10_000, "other": b"back" * 12_500}
    arrived: dict[str, bytes] = {}
    seen: list[str] = []

    def sender(name: str, connection: Any) -> Coroutine:
        yield connection.sendall(texts[name])
        seen.append(name)

    def receiver(name: str, connection: Any) -> Coroutine:
        arrived[name] = yield from receive(connection, len(texts[name]))

    def root() -> Coroutine:
        one, other = yield from both_connected(bluelet)
        threads = [sender("one", one), sender("other", other)]
        threads += [receiver("one", other), receiver("other", one)]
        for thread in threads:
            yield bluelet.spawn(thread)
        for thread in threads:
            yield bluelet.join(thread)
        close(one)
        close(other)

    bluelet.run(root())

    assert sorted(seen) == ["one", "other"]
    assert arrived == texts


@should("sendall.sends-everything")
def to_a_closed_peer(bluelet: Implementation) -> None:
    """`sendall` to a peer that has closed SHOULD raise `OSError` at its `yield`.

    Source: ruling: failures of I/O raise at the `yield`.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        try:
            for _ in range(100):
                yield connection.sendall(b"to nobody")
                yield bluelet.sleep(0.001)
        except OSError:
            seen.append("caught")
        yield bluelet.null()
        seen.append("goes on")
        close(connection)

    bluelet.run(root())

    assert seen == ["caught", "goes on"]


@should(
    "sendall.holds-up-nobody",
    "sendall.to-a-closed-peer",
    "join.waits",
    "join.suspends-only-the-joiner",
)
def peer_closes_meanwhile(bluelet: Implementation) -> None:
    """When the peer closes while a thread waits in `sendall`, that SHOULD raise `OSError` there.

    Source: ruling: failures of I/O raise at the `yield`.
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        try:
            yield connection.sendall(bytes(20_000_000))
        except OSError:
            seen.append("caught")
        yield bluelet.null()
        seen.append("goes on")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = sender(connection)
        yield bluelet.spawn(thread)
        while "sends" not in seen:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0.001)
        seen.append("the peer closes")
        peer.close()
        yield bluelet.join(thread)
        close(connection)

    bluelet.run(root())

    assert seen == ["sends", "the peer closes", "caught", "goes on"]
