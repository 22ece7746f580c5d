"""Threads that wait to receive, on one connection or on several.

Whoever waits holds up nobody, not even those that send on the same connection. Two threads may wait
for one connection, each byte goes to one of them. What was reported to be there may be gone when it
is to be received, because another thread or another process has taken it.
"""

import socket
from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, NotJudged, finished
from bluelet_spec.wire import (
    close,
    connected,
    crowd,
    loopback,
    receive,
    received,
    until_there_are,
)


@must(
    "recv.up-to-size",
    "sleep.never-early",
    "join.waits",
    "join.suspends-only-the-joiner",
    "fairness.naps-starve-nobody",
)
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
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", *["tick"] * 100, "slept", "received"]


@must("recv.suspends-only-its-thread", "kill.sleeping", "sleep.suspends-only-its-thread")
def several_connections(bluelet: Implementation) -> None:
    """Threads that wait for several connections MUST each receive what is sent to their own.

    In whichever order it comes, and though to some nothing ever comes.

    Source: README, The "Echo" Server: "When a socket event happens, the coroutine is resumed at the
    point it yielded."
    """
    data: dict[int, bytes] = {}

    def reader(number: int, connection: Any) -> Coroutine:
        data[number] = yield from receive(connection, len(b"%d" % number))

    def root() -> Coroutine:
        wires = []
        for _ in crowd(20):
            wires.append((yield from connected(bluelet)))
        threads = [reader(number, connection) for number, (connection, _) in enumerate(wires)]
        for thread in threads:
            yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        for answers, number in enumerate(reversed(range(0, 20, 2)), 1):
            wires[number][1].sendall(b"%d" % number)
            yield from until_there_are(bluelet, answers, data)
        for number in range(1, 20, 2):
            yield bluelet.kill(threads[number])
        for connection, peer in wires:
            close(connection)
            peer.close()

    bluelet.run(root())

    assert sorted(data.items()) == [(number, b"%d" % number) for number in range(0, 20, 2)]


@must("recv.suspends-only-its-thread", "sendall.sends-everything")
def full_duplex(bluelet: Implementation) -> None:
    """While a thread waits in `recv`, another MUST be able to send on the same connection.

    Source: README, Basic Usage: `sendall` sends "over the connection", and `recv` receives from it;
    code "acts concurrent".
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield from receive(connection, len(b"an answer"))))

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
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", b"a question", b"an answer"]


@should("recv.end-of-stream", "recv.suspends-only-its-thread")
def several_readers_lose_nothing(bluelet: Implementation) -> None:
    """Where threads wait for one connection, each byte SHOULD be received by exactly one of them.

    Source: ruling; README, Basic Usage, `recv`: "Receive data from the connection"; code "acts
    concurrent".
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
            yield bluelet.sleep(0.001)
        peer.close()
        while data.count(b"") < 3:
            yield bluelet.sleep(0.001)
        close(connection)

    bluelet.run(root())

    assert data.count(b"") == 3
    assert sorted(b"".join(data)) == list(range(256))


@should("recv.suspends-only-its-thread")
def several_readers_block_nobody(bluelet: Implementation) -> None:
    """Where several threads wait for one connection, and data for one comes, others SHOULD go on.

    To the thread for which nothing is left the connection was ready, and is no more.

    Source: ruling; README, The "Echo" Server: a coroutine "temporarily suspends its execution".
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
            yield bluelet.sleep(0.001)
        for _ in range(20):
            yield bluelet.sleep(0.001)
        seen.append("20 turns")
        peer.sendall(b"2")
        while seen.count("received") < 2:
            yield bluelet.sleep(0.001)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", "waits", "received", "20 turns", "received"]


@should("recv.several-readers-block-nobody", "recv.several-readers-lose-nothing")
def several_readers_in_turn(bluelet: Implementation) -> None:
    """Of several threads that wait for one connection, the first to come SHOULD be served first.

    A thread that asks when data are there, and others wait for them, comes behind those.

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
        peer.sendall(b"1234")
        yield bluelet.spawn(reader("newcomer", connection))
        while len(data) < 4:
            yield bluelet.sleep(0.001)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert [data[name] for name in ("first", "second", "third")] == [b"1", b"2", b"3"]
    assert data["newcomer"] == b"4"


@should("recv.suspends-only-its-thread", "kill.sleeping")
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

    with socket.create_server((loopback(), 0)) as listening:
        peer = socket.create_connection(listening.getsockname())
        ours, address = listening.accept()
    try:
        connections = [bluelet.Connection(sock, address) for sock in (ours, ours.dup())]
    except Exception:  # The README does not say what a connection is made of.
        for sock in (ours, peer):
            sock.close()
        raise NotJudged("the port makes no connection of a socket and an address") from None

    def root() -> Coroutine:
        threads = [reader(connection) for connection in connections]
        for thread in threads:
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"x")
        for _ in range(20):
            yield bluelet.sleep(0.001)
        seen.append("20 turns")
        for thread in threads:
            if not finished(thread):
                yield bluelet.kill(thread)
        for sock in (*connections, peer):
            close(sock)

    bluelet.run(root())

    assert seen == ["waits", "waits", b"x", "20 turns"]
