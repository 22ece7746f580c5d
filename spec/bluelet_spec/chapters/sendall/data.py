"""What `sendall` is given arrives, all of it, and is all that arrives.

Data are what they are for `send`, in any amount, none included. The work is that of sending them
once.
"""

from itertools import accumulate, chain, pairwise, repeat
from typing import Any

from hypothesis import strategies as st

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, for_any
from bluelet_spec.wire import (
    both_connected,
    close,
    connected,
    read_slowly,
    received,
    send_on,
    taken,
)


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

    @for_any(sizes=st.lists(st.integers(0, 1000), max_size=5))
    def whatever_is_sent_arrives(sizes: list[int]) -> None:
        ends = [0, *accumulate(sizes)]
        arrived: list[bytes] = []

        def root() -> Coroutine:
            connection, peer = yield from connected(bluelet)
            for begin, end in pairwise(ends):
                yield connection.sendall(stream[begin:end])
            close(connection)
            arrived.append(received(peer, ends[-1]) + taken(peer, len(stream)))
            peer.close()

        bluelet.run(root())

        _expect_equal(arrived, [stream[: ends[-1]]])

    whatever_is_sent_arrives()


@must(
    "sendall.to-a-slow-peer",
    "recv.whole-and-in-order",
    "recv.suspends-only-its-thread",
    "join.waits",
    "join.after-finish",
)
def any_amounts(bluelet: Implementation) -> None:
    """Whatever amounts are sent, and received at a time, all MUST arrive, once and in order.

    Some are more than there is room for.

    Source: README, Basic Usage, `sendall`: "continuously sending chunks of the data until it is all
    sent".
    """
    stream = bytes(range(250)) * 160

    @for_any(
        amounts=st.lists(st.integers(0, 1000) | st.integers(5000, 10_000), max_size=4),
        sizes=st.lists(st.sampled_from((1, 100, 1000, 10_000)), max_size=4),
    )
    def whatever_is_sent_arrives(amounts: list[int], sizes: list[int]) -> None:
        ends = [0, *accumulate(amounts)]
        arrived = bytearray()

        def sender(connection: Any) -> Coroutine:
            for begin, end in pairwise(ends):
                yield connection.sendall(stream[begin:end])

        def root() -> Coroutine:
            one, other = yield from both_connected(bluelet)
            thread = sender(one)
            yield bluelet.spawn(thread)
            for size in chain(sizes, repeat(10_000)):
                if len(arrived) >= ends[-1]:
                    break
                arrived.extend((yield other.recv(size)))
            yield bluelet.join(thread)
            close(one)
            close(other)

        bluelet.run(root())

        _expect_equal(arrived, stream[: ends[-1]])

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
        close(connection)
        peer.close()

    bluelet.run(root())

    assert results == [None, None]


@should(
    "sendall.to-a-slow-peer",
    "send.nulls-starve-no-sender",
    "join.waits",
    "join.after-finish",
    "sleep.zero-or-less",
)
def in_linear_time(bluelet: Implementation) -> None:
    """The work of `sendall` SHOULD grow with the amount of data, and not with its square.

    So it does where what is left of the data is copied each time that there is room for a piece: a
    hundred megabytes are then copied hundreds of times. They have to be sent within the CPU time
    that a clause is given.

    Source: ruling: a thread that computes holds up the others.
    """
    data = bytes(100_000_000)
    amounts: list[int] = []
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        yield connection.sendall(data)
        seen.append("sent")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = sender(connection)
        yield bluelet.spawn(thread)
        while sum(amounts) < len(data):
            amounts.append(len(taken(peer, 1_000_000)))
            yield bluelet.sleep(0)
        yield bluelet.join(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["sent"]
    assert sum(amounts) == len(data)


@should("sendall.killed-sender-leaves-the-connection")
def of_nothing(bluelet: Implementation) -> None:
    """`sendall` of no data SHOULD complete at once, even where there is no room for any.

    Source: ruling: there is nothing to wait for.
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
        for _ in range(5):
            yield bluelet.sleep(0.001)
        yield bluelet.kill(thread)
        yield connection.sendall(b"")
        seen.append("nothing sent")
        close(connection)
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
        close(connection)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sender(connection))
        arrived.append((yield from read_slowly(bluelet, peer, 3 * len(text), step=100_000)))
        peer.close()

    bluelet.run(root())

    assert arrived == [3 * text]


@should("run.waits-for-every-thread")
def of_a_str_spares_others(bluelet: Implementation) -> None:
    """`sendall` of what is not bytes SHOULD NOT affect any other thread.

    Source: ruling; README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def careless(mistake: object) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        seen.append("careless")
        try:
            yield connection.sendall(mistake)
        except Exception:
            pass
        close(connection)
        peer.close()

    def bystander() -> Coroutine:
        for _ in range(10):
            yield bluelet.sleep(0.001)
        seen.append("bystander")

    def root(mistake: object) -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(careless(mistake))

    for mistake in ("text", 42, None, [], ["text"]):
        bluelet.run(root(mistake))

    assert sorted(seen) == ["bystander"] * 5 + ["careless"] * 5


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
        close(connection)
        peer.close()

    bluelet.run(root())

    assert refused == mistakes
