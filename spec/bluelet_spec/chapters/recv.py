"""`recv` waits until there is something to receive, and gives it.

It gives what is there, up to the size that was asked for; if nothing is there, its thread waits,
and no other does. A stream has no packets: *whatever the peer sends is received whole, once and in
order*, by whichever calls it is asked for, and after the last of it come empty bytes, again and
again. What a `readline` received beyond its line counts as received and not yet asked for.

Two threads may wait for one connection, each byte goes to one of them. A thread that is killed
while it waits has received nothing, so nothing is lost with it. An operation that fails raises at
its `yield`, in the thread that asked for it, because the program looks sequential; another thread
notices nothing of it.

A connection that always has data is no reason for others to wait. The bound is that of the chapter
on fairness: a thousand turns.

Left open: what is received of a packet by a size that would hold all of it; what two wrappers of
one descriptor receive of its data, as long as neither blocks the others; an event that is yielded a
second time. What a connection has received and a closed one would still have to give is in the
chapter on closing connections, and a reset of one of a server's connections in the one on servers.
"""

import socket
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import EXAMPLES, TURNS, Coroutine, block, finished, raised_by
from bluelet_spec.wire import connected, connected_by_tcp, received, reset

_PIECES = st.lists(st.tuples(st.binary(min_size=1, max_size=300), st.booleans()), max_size=8)
"""What a peer sends, piece by piece, and whether some of it is received before the next piece."""

_SIZES = st.lists(st.integers(1, 400), min_size=1, max_size=5)


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
        connection.close()
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
        connection.close()

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

    @EXAMPLES
    @given(pieces=_PIECES, sizes=_SIZES)
    def any_pieces(pieces: list[tuple[bytes, bool]], sizes: list[int]) -> None:
        data: list[bytes] = []

        def root() -> Coroutine:
            connection, peer = yield from connected(bluelet)
            for number, (piece, receive) in enumerate(pieces):
                peer.sendall(piece)
                if receive:
                    data.append((yield connection.recv(sizes[number % len(sizes)])))
            peer.close()
            while not data or data[-1]:
                data.append((yield connection.recv(sizes[len(data) % len(sizes)])))
            connection.close()

        bluelet.run(root())

        _expect_same(b"".join(data), b"".join(piece for piece, _ in pieces))

    any_pieces()


@must("recv.end-of-stream", "connect.gives-a-connection", "join.waits")
def whole_and_in_order_by_tcp(bluelet: Implementation) -> None:
    """What the peer sends over TCP MUST be received whole, once and in order.

    A thread waits for it here while the peer sends.

    Source: README, Basic Usage: `connect` gives a connection "usable for communication", and `recv`
    receives data from it.
    """

    @EXAMPLES
    @given(pieces=_PIECES, sizes=_SIZES)
    def any_pieces(pieces: list[tuple[bytes, bool]], sizes: list[int]) -> None:
        data: list[bytes] = []

        def reader(connection: Any) -> Coroutine:
            while not data or data[-1]:
                data.append((yield connection.recv(sizes[len(data) % len(sizes)])))

        def root() -> Coroutine:
            connection, peer = yield from connected_by_tcp(bluelet)
            thread = reader(connection)
            yield bluelet.spawn(thread)
            for piece, receive in pieces:
                peer.sendall(piece)
                if receive:
                    yield bluelet.sleep(0)
            peer.close()
            yield bluelet.join(thread)
            connection.close()

        bluelet.run(root())

        _expect_same(b"".join(data), b"".join(piece for piece, _ in pieces))

    any_pieces()


def _expect_same(data: bytes, sent: bytes) -> None:
    assert data == sent


@must("recv.end-of-stream", "readline.up-to-newline")
def buffered_first(bluelet: Implementation) -> None:
    """What came after the line of an earlier `readline` MUST be received before newer data.

    Source: README, Basic Usage, `recv`: "Receive data from the connection"; a stream has one order,
    whichever way it is read.
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest, ")
        yield connection.readline()
        peer.sendall(b"what is newer")
        peer.close()
        while not data or data[-1]:
            data.append((yield connection.recv(1024)))
        connection.close()

    bluelet.run(root())

    assert b"".join(data) == b"the rest, what is newer"


@must("recv.buffered-first")
def less_than_is_buffered(bluelet: Implementation) -> None:
    """`recv(n)` MUST return at most n bytes of what an earlier `readline` left, and keep the rest.

    Source: README, Basic Usage, `recv`: it takes a "bufsize".
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\n0123456789")
        peer.close()
        yield connection.readline()
        while not data or data[-1]:
            data.append((yield connection.recv(3)))
        connection.close()

    bluelet.run(root())

    assert b"".join(data) == b"0123456789"
    assert all(len(chunk) <= 3 for chunk in data)


@must("recv.up-to-size", "readline.up-to-newline", "kill.sleeping", "fairness.naps-starve-nobody")
def buffered_without_waiting(bluelet: Implementation) -> None:
    """`recv` MUST NOT wait for more where an earlier `readline` left data.

    Source: README, Basic Usage, `recv`: "Receive data from the connection"; here it is.
    """
    data: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        data.append((yield connection.recv(1024)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest")
        yield connection.readline()
        thread = reader(connection)
        yield bluelet.spawn(thread)
        for _ in range(TURNS):
            if not finished(thread):
                yield bluelet.sleep(0)
        if not finished(thread):
            yield bluelet.kill(thread)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert data == [b"the rest"]


@may("it alone", "newer data too", presupposes=("recv.buffered-first",))
def with_buffered_data(bluelet: Implementation) -> str:
    """What an earlier `readline` left MAY be received alone, or together with newer data.

    Source: observed: alone; the README does not say.
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest")
        yield connection.readline()
        peer.sendall(b", newer")
        data.append((yield connection.recv(1024)))
        connection.close()
        peer.close()

    bluelet.run(root())

    assert data[0].startswith(b"the rest")
    return "it alone" if data == [b"the rest"] else "newer data too"


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
        data.append((yield connection.recv(1024)))
        connection.close()
        peer.close()

    bluelet.run(root())

    assert data == [b"", b"", b"data"]


@must("recv.up-to-size", "sleep.never-early", "join.waits", "fairness.naps-starve-nobody")
def suspends_only_its_thread(bluelet: Implementation) -> None:
    """While a thread waits in `recv`, every other thread MUST go on.

    Source: README, The "Echo" Server: a coroutine "temporarily suspends its execution", and "acts
    concurrent".
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        for _ in range(100):
            yield bluelet.sleep(0)
            seen.append("tick")
        yield bluelet.sleep(0.01)
        seen.append("slept")
        peer.sendall(b"data")
        yield bluelet.join(thread)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", *["tick"] * 100, "slept", "received"]


@must("recv.suspends-only-its-thread", "kill.sleeping")
def several_connections(bluelet: Implementation) -> None:
    """Threads that wait for several connections MUST each receive what is sent to their own.

    In whichever order it comes, and though to some nothing ever comes.

    Source: README, The "Echo" Server: "a single `select()` loop to handle all connections".
    """
    data: dict[int, bytes] = {}

    def reader(number: int, connection: Any) -> Coroutine:
        data[number] = yield connection.recv(1024)

    def root() -> Coroutine:
        wires = []
        for _ in range(20):
            wires.append((yield from connected(bluelet)))
        threads = [reader(number, connection) for number, (connection, _) in enumerate(wires)]
        for thread in threads:
            yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        for number in reversed(range(0, 20, 2)):
            wires[number][1].sendall(b"%d" % number)
            yield bluelet.join(threads[number])
        for number in range(1, 20, 2):
            yield bluelet.kill(threads[number])
        for connection, peer in wires:
            connection.close()
            peer.close()

    bluelet.run(root())

    assert data == {number: b"%d" % number for number in range(0, 20, 2)}


@must("recv.suspends-only-its-thread", "sendall.sends-everything")
def full_duplex(bluelet: Implementation) -> None:
    """While a thread waits in `recv`, another MUST be able to send on the same connection.

    Source: README, Basic Usage: `sendall` sends "over the connection", and `recv` receives from it;
    code "acts concurrent".
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(1024)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield connection.sendall(b"a question")
        seen.append(received(peer, len(b"a question")))
        peer.sendall(b"an answer")
        yield bluelet.join(thread)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", b"a question", b"an answer"]


@must("recv.end-of-stream", "fairness.naps-starve-nobody")
def several_readers_lose_nothing(bluelet: Implementation) -> None:
    """Where threads wait for one connection, each byte MUST be received by exactly one of them.

    Source: README, Basic Usage, `recv`: "Receive data from the connection"; code "acts concurrent".
    """
    data: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        chunk = None
        while chunk != b"":
            chunk = yield connection.recv(3)
            data.append(chunk)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        threads = [reader(connection) for _ in range(3)]
        for thread in threads:
            yield bluelet.spawn(thread)
        for first in range(0, 256, 8):
            peer.sendall(bytes(range(first, first + 8)))
            yield bluelet.sleep(0)
        peer.close()
        while data.count(b"") < 3:
            yield bluelet.sleep(0)
        connection.close()

    bluelet.run(root())

    assert data.count(b"") == 3
    assert sorted(b"".join(data)) == list(range(256))


@must("recv.up-to-size", "fairness.naps-starve-nobody")
def several_readers_block_nobody(bluelet: Implementation) -> None:
    """Where several threads wait for one connection, and data for one comes, others MUST go on.

    To the thread for which nothing is left the connection was ready, and is no more.

    Source: README, The "Echo" Server: a coroutine "temporarily suspends its execution".
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        threads = [reader(connection) for _ in range(2)]
        for thread in threads:
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"1")
        while "received" not in seen:
            yield bluelet.sleep(0)
        for _ in range(100):
            yield bluelet.sleep(0)
        seen.append("100 turns")
        peer.sendall(b"2")
        while seen.count("received") < 2:
            yield bluelet.sleep(0)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", "waits", "received", "100 turns", "received"]


@should("recv.several-readers-block-nobody", "recv.several-readers-lose-nothing")
def several_readers_in_turn(bluelet: Implementation) -> None:
    """Of several threads that wait for one connection, the first to come SHOULD be served first.

    Source: ruling: ready threads run first in, first out.
    """
    seen: list[str] = []
    data: dict[str, bytes] = {}

    def reader(name: str, connection: Any) -> Coroutine:
        seen.append(name)
        data[name] = yield connection.recv(1)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        threads = [reader(name, connection) for name in ("first", "second", "third")]
        for number, thread in enumerate(threads):
            yield bluelet.spawn(thread)
            while len(seen) <= number:
                yield bluelet.null()
            yield bluelet.null()
        peer.sendall(b"123")
        while len(data) < 3:
            yield bluelet.sleep(0)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert data == {"first": b"1", "second": b"2", "third": b"3"}


@should("recv.up-to-size", "kill.sleeping", "fairness.naps-starve-nobody")
def taken_by_another_descriptor(bluelet: Implementation) -> None:
    """A thread in `recv` SHOULD NOT hold up others where somebody else took what was there for it.

    Two connections share one stream here, as those of two processes can: both are ready, and one of
    them is too late.

    Source: ruling: no operation on a socket blocks the other threads.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(1024)))

    def root() -> Coroutine:
        ours, peer = socket.socketpair()
        connections = [bluelet.Connection(sock, "") for sock in (ours, ours.dup())]
        threads = [reader(connection) for connection in connections]
        for thread in threads:
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"data")
        for _ in range(100):
            yield bluelet.sleep(0)
        seen.append("100 turns")
        for thread in threads:
            if not finished(thread):
                yield bluelet.kill(thread)
        for sock in (*connections, peer):
            sock.close()

    bluelet.run(root())

    assert seen == ["waits", "waits", b"data", "100 turns"]


@should("recv.up-to-size", "recv.buffered-first")
def unyielded_takes_nothing(bluelet: Implementation) -> None:
    """A `recv` that is made and not yielded SHOULD take nothing of what is there.

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
        data.append((yield connection.recv(1024)))
        connection.close()

    bluelet.run(root())

    assert data == [b"a line\n", b"the rest"]


@must("recv.up-to-size", "kill.sleeping")
def killed_while_it_waits(bluelet: Implementation) -> None:
    """A thread that was killed while it waited in `recv` MUST NOT take anything of what comes.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(1024)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")
        peer.sendall(b"data")
        peer.close()
        seen.append((yield connection.recv(1024)))
        connection.close()

    bluelet.run(root())

    assert seen == ["waits", "killed", b"data"]


@should("recv.end-of-stream", "kill.finishing-spares-others", "fairness.naps-starve-nobody")
def killed_as_data_comes(bluelet: Implementation) -> None:
    """What has come for a thread that is killed before its `recv` returned it SHOULD NOT be lost.

    The killer cannot know what has come. So it kills here after any number of turns, and the next
    to receive gets what the killed thread did not.

    Source: ruling: to kill a thread takes nothing from its connections.
    """
    data: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        data.append((yield connection.recv(1024)))

    def root(turns: int) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"data")
        for _ in range(turns):
            yield bluelet.sleep(0)
        if not finished(thread):
            yield bluelet.kill(thread)
        peer.close()
        while not data or data[-1]:
            data.append((yield connection.recv(1024)))
        connection.close()

    for turns in range(5):
        del data[:]
        bluelet.run(root(turns))

        assert data == [b"data", b""], turns


@must("recv.end-of-stream", "sendall.sends-everything")
def half_closed(bluelet: Implementation) -> None:
    """A connection whose peer has ended its own sending MUST still send.

    The peer hears an answer after `recv` has returned `b""`.

    Source: README, Basic Usage, `sendall`: "continuously sending chunks of the data until it is all
    sent".
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
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen[-2:] == [b"", b"an answer"]
    assert b"".join(seen[:-2]) == b"a question"


@should("recv.up-to-size", "connect.gives-a-connection", "join.waits")
def reset_raises(bluelet: Implementation) -> None:
    """When the peer resets the connection, the `yield` of a waiting `recv` SHOULD raise `OSError`.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1024)
        except OSError:
            seen.append("reset")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        yield bluelet.join(thread)
        connection.close()

    bluelet.run(root())

    assert seen == ["waits", "reset"]


@should("recv.reset-raises", "exceptions.through-a-call")
def reset_raises_through_calls(bluelet: Implementation) -> None:
    """When a `recv` fails in a coroutine that was called, the caller SHOULD receive the `OSError`.

    Source: ruling: an exception travels to the caller along `call`, and failures of I/O are
    exceptions.
    """
    seen: list[object] = []

    def callee(connection: Any) -> Coroutine:
        try:
            data = yield connection.recv(1024)
            yield bluelet.end(data)
        finally:
            seen.append("callee leaves")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        reset(peer)
        try:
            seen.append((yield bluelet.call(callee(connection))))
        except OSError:
            seen.append("reset")
        connection.close()

    bluelet.run(root())

    assert seen == ["callee leaves", "reset"]


@must("recv.suspends-only-its-thread", "connect.gives-a-connection")
def reset_spares_others(bluelet: Implementation) -> None:
    """When a peer resets a connection, threads that do not use it MUST go on.

    Source: README, The "Echo" Server: code "acts concurrent"; `server` serves the others too.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1024)
        except Exception:
            pass

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(1024)))

    def root() -> Coroutine:
        broken, breaker = yield from connected_by_tcp(bluelet)
        connection, peer = yield from connected(bluelet)
        threads = [reader(broken), bystander(connection)]
        for thread in threads:
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        reset(breaker)
        yield bluelet.join(threads[0])
        peer.sendall(b"data")
        yield bluelet.join(threads[1])
        for sock in (broken, connection, peer):
            sock.close()

    raised_by(bluelet.run, root())

    assert seen == ["waits", "waits", b"data"]


@should("recv.reset-spares-others")
def uncaught_reset(bluelet: Implementation) -> None:
    """A reset that no coroutine of a spawned thread catches SHOULD end that thread, and no other.

    Source: ruling: a peer's disconnect that nobody catches ends that thread alone, quietly.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        yield bluelet.join(thread)
        yield bluelet.sleep(0)
        seen.append("root ends")
        connection.close()

    bluelet.run(root())

    assert seen == ["waits", "root ends"]


@should("recv.buffered-first", "fairness.naps-starve-nobody")
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
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["refused", "refused"]


@should("recv.buffered-first", "fairness.naps-starve-nobody")
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
        connection.close()
        peer.close()

    bluelet.run(root())

    assert refused == [*mistakes, *mistakes]


@must("recv.end-of-stream", "fairness.naps-starve-nobody")
def bad_size_spares_others(bluelet: Implementation) -> None:
    """`recv` of what is no number of bytes MUST NOT affect other threads.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
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
        connection.close()

    for mistake in (-1, "4", None, 4.0):
        del seen[:]
        raised_by(bluelet.run, root(mistake))

        assert sorted(seen) == ["bystander", "root", "tries"], mistake


@must("recv.up-to-size", "null.lets-others-run")
def nulls_starve_no_reader(bluelet: Implementation) -> None:
    """While a thread keeps yielding `null()`, one for which data has come MUST have its turn.

    It has it before the other has had a thousand more.

    Source: README, Basic Usage, `null`: to "give other green threads a chance to get work done";
    The "Echo" Server: "When a socket event happens, the coroutine is resumed".
    """
    seen: list[str] = []
    steps: list[int] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(reader(connection))
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"data")
        while "received" not in seen and len(steps) < TURNS:
            steps.append(len(steps))
            yield bluelet.null()
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert "received" in seen
    assert len(steps) < TURNS


@must("recv.up-to-size", "spawn.both-run", "sleep.never-early")
def always_ready_starves_nobody(bluelet: Implementation) -> None:
    """While a thread receives what is there already, every other MUST have its turn.

    A thread that is ready, one whose sleep is over and one for which data has come have it before
    the other has had a thousand more.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed"; The "Echo" Server: code that "acts concurrent".
    """
    seen: list[str] = []
    reads: list[bytes] = []

    def sleeper() -> Coroutine:
        seen.append("waits")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def worker() -> Coroutine:
        for _ in range(3):
            yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        quiet, sender = yield from connected(bluelet)
        busy, peer = yield from connected(bluelet)
        peer.sendall(b"x" * 2 * TURNS)
        for thread in (sleeper(), reader(quiet)):
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.spawn(worker())
        sender.sendall(b"data")
        block(0.05)
        while not {"wakes", "received", "works"} <= set(seen) and len(reads) < TURNS:
            reads.append((yield busy.recv(1)))
        for sock in (sender, busy, peer):
            sock.close()
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        quiet.close()

    bluelet.run(root())

    assert {"wakes", "received", "works"} <= set(seen)
    assert len(reads) < TURNS


@must("recv.always-ready-starves-nobody", "readline.up-to-newline")
def buffered_starves_nobody(bluelet: Implementation) -> None:
    """While a thread receives what an earlier `readline` left, every other MUST have its turn.

    A thread that is ready, one whose sleep is over and one for which data has come have it before
    the other has had a thousand more.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed"; The "Echo" Server: code that "acts concurrent".
    """
    seen: list[str] = []
    reads: list[bytes] = []

    def sleeper() -> Coroutine:
        seen.append("waits")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def worker() -> Coroutine:
        for _ in range(3):
            yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        quiet, sender = yield from connected(bluelet)
        busy, peer = yield from connected(bluelet)
        peer.sendall(b"\n" + b"x" * (TURNS + 20))
        yield busy.readline()
        for thread in (sleeper(), reader(quiet)):
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.spawn(worker())
        sender.sendall(b"data")
        block(0.05)
        while not {"wakes", "received", "works"} <= set(seen) and len(reads) < TURNS:
            reads.append((yield busy.recv(1)))
        for sock in (sender, busy, peer):
            sock.close()
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        quiet.close()

    bluelet.run(root())

    assert {"wakes", "received", "works"} <= set(seen)
    assert len(reads) < TURNS
