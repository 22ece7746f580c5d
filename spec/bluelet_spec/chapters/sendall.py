"""`sendall` sends all of its data, however long the peer takes to receive them.

A connection takes what the system's buffers have room for, and more when the peer has read some of
that. `sendall` waits for it as often as it must. *While it waits, all other threads go on*: if they
did not, one peer that reads slowly would stop a server, and a program that sends and receives at
both ends of a connection would stop itself.

What several threads send on one connection stays whole: the peer receives the data of one of them,
and then those of the next. A thread that is killed while it sends may have sent a part; the
connection is as good as before, and the next in line goes on.

Where it fails, it raises what `send` raises (see there), and how much has been sent is not known.

Left open: which of several senders is first; what a peer receives of the data of a thread that was
killed; whether to send nothing has to wait for other threads that are sending; everything that the
chapter on `send` leaves open about data and sockets.
"""

from itertools import accumulate, pairwise, permutations
from socket import socket
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import EXAMPLES, TURNS, Coroutine
from bluelet_spec.wire import both_connected, connected, received


def _taken(peer: socket, size: int) -> bytes:
    """Return what a plain socket has received, up to `size` bytes; do not wait for more."""
    peer.setblocking(False)
    try:
        return peer.recv(size)
    except BlockingIOError:
        return b""


def _read(bluelet: Implementation, peer: socket, size: int, *, step: int) -> Coroutine:
    """Return (by `yield from`) the next `size` bytes that a plain socket receives.

    They are read little by little, with turns for the other threads in between. Where none come
    for a thousand turns, what has come is all.
    """
    data = bytearray()
    vain = 0
    while len(data) < size and vain < TURNS:
        part = _taken(peer, min(step, size - len(data)))
        vain = 0 if part else vain + 1
        data += part
        yield bluelet.sleep(0.001)
    return bytes(data)


def _expect_equal(one: object, other: object) -> None:
    """Judge what an example's program has recorded."""
    assert one == other


@must()
def sends_everything(bluelet: Implementation) -> None:
    """`sendall` MUST send all of its data, in order, and nothing else.

    Source: README, Basic Usage, `sendall`: "continuously sending chunks of the data until it is all
    sent".
    """
    stream = bytes(range(250)) * 20

    @EXAMPLES
    @given(st.lists(st.integers(0, 1000), max_size=5))
    def whatever_is_sent_arrives(sizes: list[int]) -> None:
        ends = [0, *accumulate(sizes)]
        arrived: list[bytes] = []

        def root() -> Coroutine:
            connection, peer = yield from connected(bluelet)
            for begin, end in pairwise(ends):
                yield connection.sendall(stream[begin:end])
            connection.close()
            arrived.append(received(peer, len(stream)))
            peer.close()

        bluelet.run(root())

        _expect_equal(arrived, [stream[: ends[-1]]])

    whatever_is_sent_arrives()


@should("sendall.sends-everything")
def returns_none(bluelet: Implementation) -> None:
    """`yield connection.sendall(data)` SHOULD return None.

    Source: observed: so do all known implementations. The README names no value.
    """
    results: list[object] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        results.append((yield connection.sendall(b"data")))
        results.append((yield connection.sendall(b"")))
        connection.close()
        peer.close()

    bluelet.run(root())

    assert results == [None, None]


@must("sendall.sends-everything", "spawn.both-run", "kill.sleeping")
def holds_up_nobody(bluelet: Implementation) -> None:
    """While a thread waits in `sendall` because its peer does not read, the others MUST go on.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent", where
    synchronous code can "accept only one connection at a time".
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        yield connection.sendall(bytes(20_000_000))
        seen.append("sent")

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
        connection.close()
        peer.close()

    bluelet.run(root())

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
        connection.close()

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sender(connection))
        arrived.append((yield from _read(bluelet, peer, len(data), step=50_000)))
        peer.close()

    bluelet.run(root())

    assert seen == ["sent"]
    assert arrived == [data]


@must("sendall.holds-up-nobody")
def to_a_thread_of_the_same_run(bluelet: Implementation) -> None:
    """A thread MUST be able to send as much as it likes to another thread of the same run.

    Source: README, Basic Usage, `sendall`: "until it is all sent"; code that "acts concurrent".
    """
    data = bytes(range(250)) * 16_000
    arrived = bytearray()
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        yield connection.sendall(data)
        seen.append("sent")
        connection.close()

    def root() -> Coroutine:
        one, other = yield from both_connected(bluelet)
        yield bluelet.spawn(sender(one))
        while len(arrived) < len(data):
            arrived.extend((yield other.recv(100_000)))
        other.close()

    bluelet.run(root())

    assert seen == ["sent"]
    assert arrived == data


@must("sendall.to-a-thread-of-the-same-run", "join.each-in-turn")
def both_ways_at_once(bluelet: Implementation) -> None:
    """Both ends of a connection MUST be able to send to each other at the same time.

    Source: README, Basic Usage, `sendall`: "until it is all sent"; code that "acts concurrent".
    """
    texts = {"one": b"there" * 200_000, "other": b"back" * 250_000}
    arrived = {"one": bytearray(), "other": bytearray()}
    seen: list[str] = []

    def sender(name: str, connection: Any) -> Coroutine:
        yield connection.sendall(texts[name])
        seen.append(name)

    def receiver(name: str, connection: Any) -> Coroutine:
        while len(arrived[name]) < len(texts[name]):
            arrived[name].extend((yield connection.recv(100_000)))

    def root() -> Coroutine:
        one, other = yield from both_connected(bluelet)
        threads = [sender("one", one), sender("other", other)]
        threads += [receiver("one", other), receiver("other", one)]
        for thread in threads:
            yield bluelet.spawn(thread)
        for thread in threads:
            yield bluelet.join(thread)
        one.close()
        other.close()

    bluelet.run(root())

    assert sorted(seen) == ["one", "other"]
    assert arrived == texts


@should("sendall.to-a-thread-of-the-same-run")
def in_linear_time(bluelet: Implementation) -> None:
    """The work of `sendall` SHOULD grow with the amount of data, and not with its square.

    So it does where what is left of the data is copied each time that there is room for a piece: a
    hundred megabytes are then copied hundreds of times.

    Source: ruling: a thread that computes holds up the others.
    """
    data = bytes(100_000_000)
    amounts: list[int] = []
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        yield connection.sendall(data)
        seen.append("sent")
        connection.close()

    def root() -> Coroutine:
        one, other = yield from both_connected(bluelet)
        yield bluelet.spawn(sender(one))
        while sum(amounts[-1:]) or not amounts:
            amounts.append(len((yield other.recv(1_000_000))))
        other.close()

    bluelet.run(root())

    assert seen == ["sent"]
    assert sum(amounts) == len(data)


@should("sendall.holds-up-nobody")
def of_nothing(bluelet: Implementation) -> None:
    """`sendall` of no data SHOULD complete at once, even where there is no room for any.

    Source: ruling: there is nothing to wait for.
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        yield connection.sendall(bytes(20_000_000))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = sender(connection)
        yield bluelet.spawn(thread)
        while "sends" not in seen:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0.001)
        yield bluelet.kill(thread)
        yield connection.sendall(b"")
        seen.append("nothing sent")
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["sends", "nothing sent"]


@should("sendall.to-a-slow-peer")
def bytes_like(bluelet: Implementation) -> None:
    """`sendall` SHOULD take `bytearray` and `memoryview` as it takes `bytes`, in any amount.

    Source: observed: so do all known implementations, and so does a socket.
    """
    text = bytes(range(250)) * 2000
    arrived: list[bytes] = []

    def sender(connection: Any) -> Coroutine:
        for data in (text, bytearray(text), memoryview(text)):
            yield connection.sendall(data)
        connection.close()

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sender(connection))
        arrived.append((yield from _read(bluelet, peer, 3 * len(text), step=100_000)))
        peer.close()

    bluelet.run(root())

    assert arrived == [3 * text]


@must("spawn.both-run")
def of_a_str_spares_others(bluelet: Implementation) -> None:
    """`sendall` of what is not bytes MUST NOT affect any other thread.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def careless(mistake: object) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        seen.append("careless")
        try:
            yield connection.sendall(mistake)
        except Exception:
            pass
        connection.close()
        peer.close()

    def bystander() -> Coroutine:
        for _ in range(10):
            yield bluelet.sleep(0.001)
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(careless("text"))
        yield bluelet.spawn(careless(42))

    bluelet.run(root())

    assert seen == ["careless", "careless", "bystander"]


@should("sendall.of-a-str-spares-others")
def of_a_str(bluelet: Implementation) -> None:
    """`sendall` of what is not bytes SHOULD raise `TypeError` in its thread.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    refused: list[object] = []
    mistakes: list[object] = ["text", "", None, 42, [b"bytes"]]

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for mistake in mistakes:
            try:
                yield connection.sendall(mistake)
            except TypeError:
                refused.append(mistake)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert refused == mistakes


@must("sendall.to-a-slow-peer", "spawn.many-children")
def several_senders_keep_order(bluelet: Implementation) -> None:
    """What each of several threads sends on one connection MUST arrive in its order, all of it.

    Source: README, Basic Usage, `sendall`: "continuously sending chunks of the data until it is all
    sent".
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
        arrived.append((yield from _read(bluelet, peer, 3 * 80 * 4000, step=100_000)))
        connection.close()
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
        arrived.append((yield from _read(bluelet, peer, 900_000, step=100_000)))
        connection.close()
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
            amounts.append(len(_taken(peer, 1_000_000)))
            yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["sends"]
    assert 0 < sum(amounts) < len(data)


@must("sendall.holds-up-nobody")
def killed_sender_spares_the_next(bluelet: Implementation) -> None:
    """When a thread is killed in `sendall`, what the next one sends MUST still arrive.

    Source: README, Basic Usage, `kill`: it aborts the thread that it is given; `sendall`: "until it
    is all sent".
    """
    text = bytes(range(100)) * 3000
    arrived: list[bytes] = []
    seen: list[str] = []

    def sender(connection: Any, data: bytes) -> Coroutine:
        seen.append("sends")
        yield connection.sendall(data)
        seen.append("sent")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        victim = sender(connection, b"v" * 20_000_000)
        yield bluelet.spawn(victim)
        while not seen:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        yield bluelet.spawn(sender(connection, text))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        yield bluelet.kill(victim)
        while len(seen) < 3 and (part := (yield from _read(bluelet, peer, 100_000, step=100_000))):
            arrived.append(part)
        connection.close()
        arrived.append(received(peer, 20_000_000))
        peer.close()

    bluelet.run(root())

    assert seen == ["sends", "sends", "sent"]
    assert b"".join(arrived).replace(b"v", b"") == text


@must("sendall.holds-up-nobody")
def killed_sender_leaves_the_connection(bluelet: Implementation) -> None:
    """When a thread is killed in `sendall`, others MUST be able to send and receive on as before.

    Source: README, Basic Usage, `kill`: it aborts the thread that it is given, and not a
    connection.
    """
    arrived: list[bytes] = []
    answers: list[bytes] = []
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        yield connection.sendall(b"v" * 20_000_000)
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
        while part := _taken(peer, 1_000_000):
            arrived.append(part)
        yield connection.sendall(b"the end")
        peer.setblocking(True)
        peer.sendall(b"an answer")
        answers.append((yield connection.recv(100)))
        connection.close()
        arrived.append(received(peer, 20_000_000))
        peer.close()

    bluelet.run(root())

    assert seen == ["sends"]
    assert b"".join(arrived).lstrip(b"v") == b"the end"
    assert answers == [b"an answer"]


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
        connection.close()

    bluelet.run(root())

    assert seen == ["caught", "goes on"]


@should("sendall.holds-up-nobody", "sendall.to-a-closed-peer", "join.waits")
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
        connection.close()

    bluelet.run(root())

    assert seen == ["sends", "the peer closes", "caught", "goes on"]
