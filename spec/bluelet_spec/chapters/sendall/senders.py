"""Several threads that send on one connection, and what is left by one that is killed.

What several threads send on one connection stays whole: the peer receives the data of one of them,
and then those of the next. A thread that is killed while it sends may have sent a part; the
connection is as good as before, and the next in line goes on.
"""

from itertools import permutations
from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import TURNS, Coroutine
from bluelet_spec.wire import (
    PATIENCE,
    close,
    connected,
    read_slowly,
    receive,
    received,
    send_on,
    taken,
)


@should("sendall.to-a-slow-peer", "spawn.many-children")
def several_senders_keep_order(bluelet: Implementation) -> None:
    """What each of several threads sends on one connection SHOULD arrive in its order, all of it.

    Source: ruling; README, Basic Usage, `sendall`: "continuously sending chunks of the data until
    it is all sent".
    """
    alphabets = [bytes(range(first, first + 80)) for first in (0, 80, 160)]
    arrived: list[bytes] = []

    def sender(connection: Any, alphabet: bytes) -> Coroutine:
        for _ in range(2):
            yield connection.sendall(alphabet * 2000)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for alphabet in alphabets:
            yield bluelet.spawn(sender(connection, alphabet))
        arrived.append((yield from read_slowly(bluelet, peer, 3 * 80 * 4000, step=100_000)))
        close(connection)
        peer.close()

    bluelet.run(root())

    for alphabet in alphabets:
        others = b"".join(alphabets).replace(alphabet, b"")
        assert arrived[0].translate(None, others) == alphabet * 4000


@should("sendall.several-senders-keep-order")
def several_senders_do_not_interleave(bluelet: Implementation) -> None:
    """What one `sendall` sends SHOULD arrive in one piece, though other threads send at that time.

    Source: ruling: a program that sends a message by one `sendall` relies on it. The original sends
    every message whole, by holding up everybody else.
    """
    texts = [b"a" * 300_000, b"b" * 300_000, b"c" * 300_000]
    arrived: list[bytes] = []

    def sender(connection: Any, data: bytes) -> Coroutine:
        yield connection.sendall(data)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for data in texts:
            yield bluelet.spawn(sender(connection, data))
        arrived.append((yield from read_slowly(bluelet, peer, 900_000, step=100_000)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert arrived[0] in [b"".join(order) for order in permutations(texts)]


@must("sendall.holds-up-nobody")
def killed_sender_sends_no_more(bluelet: Implementation) -> None:
    """A thread that is killed in `sendall` MUST NOT send any more, though its peer reads again.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    data = bytes(20_000_000)
    amounts: list[int] = []
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        yield connection.sendall(data)
        seen.append("sent")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        victim = sender(connection)
        yield bluelet.spawn(victim)
        while not seen:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0.001)
        yield bluelet.kill(victim)
        while amounts[-5:] != [0] * 5:
            amounts.append(len(taken(peer, 1_000_000)))
            yield bluelet.sleep(0.001)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["sends"]
    assert 0 < sum(amounts) < len(data)


@should("sendall.several-senders-keep-order")
def killed_sender_spares_the_next(bluelet: Implementation) -> None:
    """When a thread is killed in `sendall`, what the next one sends SHOULD still arrive.

    Source: ruling; README, Basic Usage, `kill`: it aborts the thread that it is given; `sendall`:
    "until it is all sent".
    """
    text = bytes(range(100)) * 3000
    arrived = bytearray()
    seen: list[str] = []

    def sender(connection: Any, data: bytes) -> Coroutine:
        seen.append("sends")
        yield connection.sendall(data)
        seen.append("sent")

    def sends_on(connection: Any) -> Coroutine:
        seen.append("sends")
        yield from send_on(connection, b"v" * 1_000_000)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        victim = sends_on(connection)
        yield bluelet.spawn(victim)
        while not seen:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        yield bluelet.spawn(sender(connection, text))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        yield bluelet.kill(victim)
        for _ in range(TURNS):
            if len(seen) < 3 or len(arrived) < len(text):
                arrived.extend(taken(peer, 100_000).replace(b"v", b""))
                yield bluelet.sleep(0.001)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["sends", "sends", "sent"]
    assert arrived == text


@should("sendall.holds-up-nobody")
def killed_sender_leaves_the_connection(bluelet: Implementation) -> None:
    """When a thread is killed in `sendall`, others SHOULD be able to send and receive on as before.

    Source: ruling; README, Basic Usage, `kill`: it aborts the thread that it is given, and not a
    connection.
    """
    arrived = bytearray()
    answers: list[bytes] = []
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        yield from send_on(connection, b"v" * 1_000_000)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        victim = sender(connection)
        yield bluelet.spawn(victim)
        while not seen:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0.001)
        yield bluelet.kill(victim)
        while part := taken(peer, 1_000_000):
            arrived.extend(part)
        yield connection.sendall(b"the end")
        peer.settimeout(PATIENCE)
        peer.sendall(b"an answer")
        answers.append((yield from receive(connection, len(b"an answer"))))
        while not arrived.endswith(b"the end") and (part := received(peer, 1)):
            arrived.extend(part)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["sends"]
    assert arrived.lstrip(b"v") == b"the end"
    assert answers == [b"an answer"]
