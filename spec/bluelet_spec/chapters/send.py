"""`send` sends what there is room for, and says how much that was.

It waits until the connection can take at least one byte, gives it as many as it takes, and returns
their number. The rest is the program's affair; `sendall` is for who wants it to be somebody
else's. *While a thread waits to send, all others go on.* Nothing that a peer does, or leaves
undone, is any other thread's business.

Data are bytes: `bytes`, `bytearray` or `memoryview`. The README's "string" dates from when a string
was that.

What fails raises `OSError` at the `yield`, as it would in a sequential program, and can be caught
there or by whoever called. One failure is so much a part of everyday life that a program should
not have to provide for it in each of its threads: that the peer has gone. Where nobody catches
that, it ends the spawned thread that it came to, and nothing else.

Left open: the root's end by such a disconnect, beyond what the choice below records; which other
errors a port takes for a disconnect (a lost route, a time limit of the system's), and whether one
counts that the program itself has raised; views whose items are not bytes; `bytearray`s that
change while they are sent; a socket with a time limit of its own, or a descriptor, that a program
has made a connection of, since the README has no way to do that; an `OSError` without arguments,
which no system raises.
"""

import errno
import io
from contextlib import redirect_stderr
from socket import socket
from typing import Any

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import TURNS, Coroutine, block, raised_by
from bluelet_spec.wire import connected, free_port, loopback, received


def _taken(peer: socket) -> bytes:
    """Return what a plain socket has received up to now; do not wait for more."""
    peer.setblocking(False)
    try:
        return peer.recv(1 << 20)
    except BlockingIOError:
        return b""


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
        connection.close()
        arrived.append(received(peer, 2 * len(data)))
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
        amounts.append((yield connection.send(data)))
        arrived.append(received(peer, amounts[0]))
        connection.close()
        peer.close()

    bluelet.run(root())

    [amount] = amounts
    assert 1 <= amount < len(data)
    assert arrived == [data[:amount]]


@must("send.sends-a-part", "join.waits")
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
        while _taken(peer):
            pass
        yield bluelet.join(thread)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert "sent" in seen[:-22]
    assert seen[-22:] == ["turn"] * 20 + ["room", "sent"]


@must("send.returns-how-much", "spawn.both-run", "sleep.never-early")
def starves_nobody(bluelet: Implementation) -> None:
    """A thread that sends again and again, and never has to wait, MUST NOT starve the others.

    Those that are ready or due have a turn before it has had a thousand more.

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
        for _ in range(3):
            yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.spawn(worker())
        block(0.05)
        while not {"wakes", "works"} <= set(seen) and len(sends) < TURNS:
            sends.append(len(sends))
            yield connection.send(b"x")
            received(peer, 1)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert {"wakes", "works"} <= set(seen)
    assert len(sends) < TURNS


@should("send.sends-a-part", "spawn.both-run", "kill.sleeping")
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
        connection.close()
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
        connection.close()
        peer.close()

    bluelet.run(root())

    for data, part in zip([b"bytes", b"bytearray", b"memory"], arrived, strict=True):
        assert part
        assert data.startswith(part)


@must("spawn.both-run")
def of_a_str_spares_others(bluelet: Implementation) -> None:
    """`send` of what is not bytes MUST NOT affect any other thread.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def careless(mistake: object) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        seen.append("careless")
        try:
            yield connection.send(mistake)
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
        connection.close()
        peer.close()

    bluelet.run(root())

    assert refused == mistakes


@should("send.returns-how-much")
def to_a_closed_peer(bluelet: Implementation) -> None:
    """`send` to a peer that has closed SHOULD raise `OSError` at its `yield`, to be caught there.

    Over a network the first data may still be accepted, until word of the peer has come back.

    Source: ruling: failures of I/O raise at the `yield`.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        except OSError:
            seen.append("caught")
        yield bluelet.null()
        seen.append("goes on")
        connection.close()

    bluelet.run(root())

    assert seen == ["caught", "goes on"]


@should("send.to-a-closed-peer", "exceptions.through-a-call")
def failure_reaches_the_caller(bluelet: Implementation) -> None:
    """When a `send` fails in a coroutine that does not catch it, its caller SHOULD get `OSError`.

    Source: ruling: failures of I/O raise at the `yield`, and exceptions travel along `call`.
    """
    seen: list[str] = []

    def leaf(connection: Any) -> Coroutine:
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        finally:
            seen.append("leaf's finally")

    def middle(connection: Any) -> Coroutine:
        yield leaf(connection)
        seen.append("middle goes on")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        try:
            yield bluelet.call(middle(connection))
        except OSError:
            seen.append("caught")
        connection.close()

    bluelet.run(root())

    assert seen == ["leaf's finally", "caught"]


@must("spawn.both-run")
def disconnect_spares_others(bluelet: Implementation) -> None:
    """A peer's disconnect that a spawned thread does not catch MUST NOT affect any other thread.

    Source: README, The "Echo" Server: code that "acts concurrent"; `spawn` is there to "handle
    multiple network connections at once".
    """
    seen: list[str] = []

    def sender() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        seen.append("sends")
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        finally:
            connection.close()

    def bystander() -> Coroutine:
        for _ in range(20):
            yield bluelet.sleep(0.001)
        seen.append("another")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(sender())
        for _ in range(20):
            yield bluelet.sleep(0.001)
        seen.append("another")

    bluelet.run(root())

    assert seen == ["sends", "another", "another"]


@should("send.disconnect-spares-others", "send.to-a-closed-peer")
def disconnect_ends_its_thread(bluelet: Implementation) -> None:
    """A peer's disconnect that a spawned thread does not catch SHOULD end it without a word.

    Its callees end with it, and their `finally` blocks run; `run` does not raise, and nothing is
    written to standard error.

    Source: ruling: a disconnect that nobody catches ends that thread alone, quietly.
    """
    seen: list[str] = []

    def callee(connection: Any) -> Coroutine:
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        finally:
            seen.append("callee's finally")

    def sender() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        try:
            yield bluelet.call(callee(connection))
            seen.append("sender goes on")
        finally:
            seen.append("sender's finally")
            connection.close()

    def root() -> Coroutine:
        yield bluelet.spawn(sender())

    with redirect_stderr(io.StringIO()) as stderr:
        bluelet.run(root())

    assert seen == ["callee's finally", "sender's finally"]
    assert stderr.getvalue() == ""


@should("send.disconnect-spares-others", "join.waits")
def disconnect_wakes_joiners(bluelet: Implementation) -> None:
    """When a peer's disconnect ends a spawned thread, those that have joined it SHOULD go on.

    Source: ruling: a disconnect that nobody catches ends that thread alone; it has completed.
    """
    seen: list[str] = []

    def sender() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        while "waits" not in seen:
            yield bluelet.sleep(0.001)
        peer.close()
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
            seen.append("sender goes on")
        finally:
            connection.close()

    def root() -> Coroutine:
        thread = sender()
        yield bluelet.spawn(thread)
        seen.append("waits")
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["waits", "joined"]


@may("run raises it", "run returns", presupposes=("send.returns-how-much",))
def disconnect_of_root(bluelet: Implementation) -> str:
    """A peer's disconnect that the root does not catch MAY be raised by `run`.

    Source: observed: the original returns as if all were well, because it ends the root like any
    other thread.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        seen.append("sends")
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
            seen.append("goes on")
        finally:
            connection.close()

    error = raised_by(bluelet.run, root())

    assert seen == ["sends"]
    assert error is None or isinstance(error, OSError)
    return "run raises it" if error else "run returns"


@should("exceptions.from-a-spawned-thread")
def other_failures_are_not_lost(bluelet: Implementation) -> None:
    """An `OSError` other than a disconnect SHOULD be raised by `run`, where nobody catches it.

    A connection that is refused was never there, and a disk that is full is no peer's doing.

    Source: ruling: what ends a thread quietly is a peer's disconnect, and an exception that no
    thread catches ends `run`.
    """
    seen: list[str] = []

    def refused() -> Coroutine:
        seen.append("connects")
        yield bluelet.connect(loopback(), free_port())

    def full() -> Coroutine:
        yield bluelet.null()
        seen.append("writes")
        raise OSError(errno.ENOSPC, "no space left on device")

    def root(child: Coroutine) -> Coroutine:
        yield bluelet.spawn(child)

    errors = [raised_by(bluelet.run, root(child)) for child in (refused(), full())]

    assert seen == ["connects", "writes"]
    assert [getattr(error, "errno", None) for error in errors] == [
        errno.ECONNREFUSED,
        errno.ENOSPC,
    ]
