"""What a `close` means to threads that wait on what is closed.

They get what they would get if they asked for it afterwards, `SocketClosedError`, at the `yield` at
which they wait: all of them, whatever they wait for.
"""

from typing import Any

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import (
    accepted_by_tcp,
    connected,
    connected_by_tcp,
    free_port,
    loopback,
    receive,
    until_there_are,
)


@should("close.in-the-moment-of-readiness-spares-others", "close.wakes-receivers")
def in_the_moment_of_readiness(bluelet: Implementation) -> None:
    """A thread whose connection is closed as its data come SHOULD get them or `SocketClosedError`.

    Which of the two is free: the data may have been received already.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[object] = []

    def receiver(own: Any, others: Any) -> Coroutine:
        seen.append("waits")
        try:
            seen.append((yield from receive(own, 4)))
        except bluelet.SocketClosedError:
            seen.append("closed")
        others.close()

    def root() -> Coroutine:
        one, one_peer = yield from connected(bluelet)
        two, two_peer = yield from connected(bluelet)
        yield bluelet.spawn(receiver(one, two))
        yield bluelet.spawn(receiver(two, one))
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        one_peer.sendall(b"data")
        two_peer.sendall(b"data")
        one_peer.close()
        two_peer.close()

    bluelet.run(root())

    assert seen[:3] == ["waits", "waits", b"data"]
    assert seen[3:] in ([b"data"], ["closed"])


@should(
    "close.receivers-connection-spares-others",
    "close.operations-afterwards",
    "recv.several-readers-block-nobody",
    "run.waits-for-every-thread",
)
def wakes_receivers(bluelet: Implementation) -> None:
    """To close a connection SHOULD wake all who wait to receive on it, with `SocketClosedError`.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []

    def receiver(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1)
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(3):
            yield bluelet.spawn(receiver(connection))
        while len(seen) < 3:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 3 + ["closed"] * 3


@should("close.wakes-receivers")
def wakes_line_readers(bluelet: Implementation) -> None:
    """To close a connection SHOULD wake all who wait in `readline`, with `SocketClosedError`.

    It does so even where a part of the line has come.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.readline()
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(2):
            yield bluelet.spawn(reader(connection))
        while len(seen) < 2:
            yield bluelet.null()
        peer.sendall(b"half a line")
        yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + ["closed"] * 2


@should(
    "close.senders-connection-spares-others",
    "close.operations-afterwards",
    "sendall.several-senders-keep-order",
    "run.waits-for-every-thread",
)
def wakes_senders(bluelet: Implementation) -> None:
    """To close a connection SHOULD wake all who wait to send on it, with `SocketClosedError`.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.sendall(bytes(20_000_000))
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(2):
            yield bluelet.spawn(sender(connection))
        while len(seen) < 2:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + ["closed"] * 2


@should(
    "close.wakes-receivers",
    "close.wakes-senders",
    "recv.full-duplex",
    "sendall.holds-up-nobody-by-tcp",
)
def wakes_both_ways(bluelet: Implementation) -> None:
    """To close a connection SHOULD wake who waits to receive on it and who waits to send.

    So it is with the connections that `connect` gives and those that `accept` gives.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []

    def waiter(event: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield event
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        for number, source in enumerate((connected_by_tcp, accepted_by_tcp)):
            connection, peer = yield from source(bluelet)
            yield bluelet.spawn(waiter(connection.recv(1)))
            yield bluelet.spawn(waiter(connection.sendall(bytes(20_000_000))))
            while len(seen) < 4 * number + 2:
                yield bluelet.null()
            for _ in range(5):
                yield bluelet.sleep(0.001)
            connection.close()
            yield from until_there_are(bluelet, 4 * number + 4, seen)
            peer.close()

    bluelet.run(root())

    assert seen == (["waits"] * 2 + ["closed"] * 2) * 2


@should(
    "close.accepters-listener-spares-others",
    "close.accept-afterwards",
    "run.waits-for-every-thread",
)
def wakes_accepters(bluelet: Implementation) -> None:
    """To close a listener SHOULD wake all who wait in `accept`, with `SocketClosedError`.

    Source: ruling: to close a connection wakes whoever waits on it, and so for a listener.
    """
    seen: list[str] = []

    def accepter(listener: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield listener.accept()
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        for _ in range(2):
            yield bluelet.spawn(accepter(listener))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        listener.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + ["closed"] * 2


@may("woken first", "ready first", presupposes=("close.wakes-receivers", "join.waits"))
def woken_or_ready_first(bluelet: Implementation) -> str:
    """Whom a `close` wakes MAY go on before or after those that are ready.

    Source: observed: implementations differ; the README does not say.
    """
    seen: list[str] = []

    def receiver(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(10)
        except bluelet.SocketClosedError:
            seen.append("woken")

    def ready() -> Coroutine:
        seen.append("ready")
        yield bluelet.null()

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = receiver(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.spawn(ready())
        connection.close()
        yield bluelet.join(thread)
        peer.close()

    bluelet.run(root())

    return "woken first" if seen.index("woken") < seen.index("ready") else "ready first"
