"""How much is sent, and of what.

`send` waits until the connection can take at least one byte, gives it as many as it takes, and
returns their number. The rest is the program's affair; `sendall` is for who wants it to be somebody
else's. What *in time* means is in the chapter on fairness.

Data are bytes: `bytes`, `bytearray` or `memoryview`. The README's "string" dates from when a string
was that.
"""

from collections.abc import Callable
from typing import Any

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import TURNS, Coroutine, block, raised_by
from bluelet_spec.wire import accepted_by_tcp, close, connected, connected_by_tcp, received, taken


@must()
def returns_how_much(bluelet: Implementation) -> None:
    """`send` MUST send one byte of its data at least, and return how many of them it has sent.

    Source: README, Basic Usage, `send`: "Returns the amount of data actually sent."
    """
    data = b"Whoever is told how much was sent knows where to go on."
    amounts: list[int] = []
    arrived: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        while sum(amounts) < len(data):
            amounts.append((yield connection.send(data[sum(amounts) :])))
        arrived.append(received(peer, len(data)) + taken(peer, 1024))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert min(amounts) >= 1
    assert sum(amounts) == len(data)
    assert arrived == [data]


@must("send.returns-how-much")
def sends_a_part(bluelet: Implementation) -> None:
    """`send` of more than there is room for MUST send a part, and not wait until there is more.

    Source: README, Basic Usage, `send`: "Returns the amount of data actually sent."
    """
    data = bytes(range(250)) * 32_000
    amounts: list[int] = []
    arrived: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        while not amounts or amounts[-1] == len(data):  # Some systems have room for very much.
            amounts.append((yield connection.send(data)))
        arrived.append(received(peer, sum(amounts)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert 1 <= amounts[-1] < len(data)
    assert arrived == [(data * len(amounts))[: sum(amounts)]]


@must(
    "send.sends-a-part",
    "join.waits",
    "join.suspends-only-the-joiner",
    "sleep.suspends-only-its-thread",
)
def waits_for_room(bluelet: Implementation) -> None:
    """Where there is no room, `send` MUST wait until there is, while the other threads go on.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        while "room" not in seen:
            yield connection.send(bytes(65536))
            seen.append("sent")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = sender(connection)
        yield bluelet.spawn(thread)
        while seen[-20:] != ["turn"] * 20:
            seen.append("turn")
            yield bluelet.sleep(0.001)
        seen.append("room")
        while taken(peer, 1_000_000):
            pass
        yield bluelet.join(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert "sent" in seen[:-22]
    assert seen[-22:] == ["turn"] * 20 + ["room", "sent"]


@must(
    "send.waits-for-room",
    "connect.gives-a-connection",
    "listener.accept-gives-a-connection",
    "kill.sleeping",
)
def waits_for_room_by_tcp(bluelet: Implementation) -> None:
    """While a thread waits in `send` on what `connect` or `accept` gave, the others MUST go on.

    Source: README, Basic Usage, `accept`: it gives "a connection object as above", as `connect`
    does; The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("sends")
        while True:
            yield connection.send(bytes(65536))

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


@must("send.waits-for-room", "null.lets-others-run")
def nulls_starve_no_sender(bluelet: Implementation) -> None:
    """While a thread keeps yielding `null()`, one for which room has come MUST send in time.

    Source: README, Basic Usage, `null`: to "give other green threads a chance to get work done";
    The "Echo" Server: "When a socket event happens, the coroutine is resumed".
    """
    seen: list[str] = []
    steps: list[int] = []

    def sender(connection: Any) -> Coroutine:
        while "room" not in seen:
            yield connection.send(bytes(65536))
            seen.append("sent")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sender(connection))
        while seen[-20:] != ["turn"] * 20:
            seen.append("turn")
            yield bluelet.sleep(0.001)
        seen.append("room")
        while taken(peer, 1_000_000):
            pass
        while seen[-1] != "sent" and len(steps) < TURNS:
            steps.append(len(steps))
            yield bluelet.null()
        while seen[-1] != "sent":
            yield bluelet.sleep(0.001)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen[-2:] == ["room", "sent"]
    assert len(steps) < TURNS


@must("send.returns-how-much", "spawn.both-run", "sleep.never-early")
def starves_nobody(bluelet: Implementation) -> None:
    """While a thread sends and need not wait, all that are ready or due MUST have turns in time.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent"; `sleep`:
    "at the earliest opportunity after the interval has passed".
    """
    seen: list[str] = []
    sends: list[int] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def worker() -> Coroutine:
        seen.append("starts")
        yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.spawn(worker())
        while "starts" not in seen:
            yield bluelet.null()
        block(0.05)
        while not {"wakes", "works"} <= set(seen) and len(sends) < TURNS:
            sends.append(len(sends))
            yield connection.send(b"x")
            received(peer, 1)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert "wakes" in seen
    assert "works" in seen
    assert len(sends) < TURNS


@should("send.sends-a-part", "sendall.killed-sender-leaves-the-connection")
def of_nothing(bluelet: Implementation) -> None:
    """`send` of no data SHOULD return 0 at once, even where there is no room for any.

    Source: ruling: there is nothing to wait for.
    """
    seen: list[str] = []
    amounts: list[int] = []

    def sender(connection: Any) -> Coroutine:
        while True:
            yield connection.send(bytes(65536))
            seen.append("sent")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        amounts.append((yield connection.send(b"")))
        thread = sender(connection)
        yield bluelet.spawn(thread)
        while seen[-5:] != ["turn"] * 5:
            seen.append("turn")
            yield bluelet.sleep(0.001)
        yield bluelet.kill(thread)
        amounts.append((yield connection.send(b"")))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert amounts == [0, 0]


@should("send.returns-how-much")
def bytes_like(bluelet: Implementation) -> None:
    """`send` SHOULD take `bytearray` and `memoryview` as it takes `bytes`.

    Source: observed: so do all known implementations, and so does a socket.
    """
    arrived: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for data in (b"bytes", bytearray(b"bytearray"), memoryview(b"memoryview")[:6]):
            amount = yield connection.send(data)
            arrived.append(received(peer, amount))
        close(connection)
        peer.close()

    bluelet.run(root())

    for data, part in zip([b"bytes", b"bytearray", b"memory"], arrived, strict=True):
        assert part
        assert data.startswith(part)


@should("run.waits-for-every-thread")
def of_a_str_spares_others(bluelet: Implementation) -> None:
    """`send` of what is not bytes SHOULD NOT affect any other thread.

    Source: ruling; README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def careless(mistake: object) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        seen.append("careless")
        try:
            yield connection.send(mistake)
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


@should("send.of-a-str-spares-others")
def of_a_str(bluelet: Implementation) -> None:
    """`send` of what is not bytes SHOULD raise `TypeError` in its thread.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    refused: list[object] = []
    mistakes: list[object] = ["text", "", None, 42, [b"bytes"]]

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for mistake in mistakes:
            try:
                yield connection.send(mistake)
            except TypeError:
                refused.append(mistake)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert refused == mistakes


@may(
    "at once",
    "others first",
    presupposes=(
        "send.returns-how-much",
        "null.lets-others-run",
        "run.waits-for-every-thread",
    ),
)
def sender_goes_on(bluelet: Implementation) -> str:
    """Where there is room, a `send` MAY go on at once, or after other ready threads had a turn.

    So may a `sendall`.

    Source: observed: implementations differ; the README does not say.
    """
    seen: list[str] = []

    def other() -> Coroutine:
        for _ in range(10):
            seen.append("other")
            yield bluelet.null()

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(other())
        while "other" not in seen:
            yield bluelet.null()
        seen.append("sends")
        yield connection.send(b"data")
        seen.append("sent")
        close(connection)
        peer.close()

    bluelet.run(root())

    between = seen[seen.index("sends") + 1 : seen.index("sent")]
    return "others first" if between else "at once"


@may("all of it", "a part", presupposes=("send.returns-how-much",))
def where_there_is_room(bluelet: Implementation) -> str:
    """Where there is room for all of its data, `send` MAY send all of it, or a part.

    Source: observed: all of it; the README says that the amount is returned, and no more.
    """
    amounts: list[int] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        amounts.append((yield connection.send(b"0123456789")))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert 1 <= amounts[0] <= 10
    return "all of it" if amounts == [10] else "a part"


@should("send.sends-a-part", "sendall.sends-everything")
def lets_go_of_its_data(bluelet: Implementation) -> None:
    """Once their `yield` has returned, `send` and `sendall` SHOULD let go of their data.

    A buffer can be used again, and made smaller, only when nobody looks at it any longer.

    Source: ruling: what has been sent is of no more use to anybody but its owner.
    """
    sent = [bytearray(b"a line\n"), bytearray(b"another line\n")]

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield connection.send(sent[0])
        sent[0].clear()
        yield connection.sendall(sent[1])
        sent[1].clear()
        close(connection)
        peer.close()

    raised = raised_by(bluelet.run, root())

    assert raised is None
    assert sent == [b"", b""]
