"""To connect, which may take long, or fail.

Over a network it takes as long as the system cares to try. Meanwhile the others run, and connect if
they like.
"""

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import TURNS, Coroutine, block
from bluelet_spec.wire import (
    PATIENCE,
    close,
    connected_by_tcp,
    crowd,
    free_port,
    loopback,
    receive,
    received,
    until_there_are,
)


@must("recv.up-to-size", "sendall.sends-everything")
def gives_a_connection(bluelet: Implementation) -> None:
    """`yield connect(host, port)` MUST return a connection to that host and port.

    Source: README, Basic Usage, `connect`: it "connects to a network host and returns a
    "connection" object usable for communication".
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        with socket.create_server((loopback(), 0)) as listening:
            connection = yield bluelet.connect(*listening.getsockname())
            peer, _ = listening.accept()
        peer.settimeout(PATIENCE)
        yield connection.sendall(b"question")
        seen.append(received(peer, 8))
        peer.sendall(b"answer")
        seen.append((yield from receive(connection, 6)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == [b"question", b"answer"]


@must("connect.gives-a-connection")
def host_and_port_as_keywords(bluelet: Implementation) -> None:
    """`connect(host=…, port=…)` MUST mean `connect(host, port)`.

    Source: README, Basic Usage: "conn = yield bluelet.connect(host, port)".
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        with socket.create_server((loopback(), 0)) as listening:
            port = listening.getsockname()[1]
            connection = yield bluelet.connect(port=port, host=loopback())
            peer, _ = listening.accept()
        peer.sendall(b"greeting")
        seen.append((yield from receive(connection, 8)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == [b"greeting"]


@should("connect.gives-a-connection")
def construction_has_no_effect(bluelet: Implementation) -> None:
    """`connect` SHOULD connect when it is yielded, and not when it is called.

    Source: ruling: to make an event has no effect; the original connects at once.
    """
    seen: list[str] = []

    def connections(listening: socket.socket) -> Iterator[str]:
        try:
            while True:
                listening.accept()[0].close()
                yield "a connection"
        except BlockingIOError:
            pass

    def root() -> Coroutine:
        with socket.create_server((loopback(), 0)) as listening:
            listening.setblocking(False)
            event = bluelet.connect(*listening.getsockname())
            yield bluelet.sleep(0.01)
            seen.extend(connections(listening))
            seen.append("yield")
            connection = yield event
            close(connection)
            yield bluelet.sleep(0.01)
            seen.extend(connections(listening))

    bluelet.run(root())

    assert seen == ["yield", "a connection"]


@must("connect.gives-a-connection", "kill.deep-in-calls")
def suspends_only_its_thread(bluelet: Implementation) -> None:
    """While a thread waits until it is connected, the others MUST run on.

    Here it waits since as many connections as there may be wait to be accepted.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent"; Basic
    Usage: one yields where one "would typically do anything that blocks".
    """
    seen: list[str] = []
    turns: list[int] = []

    def client(host: str, port: int) -> Coroutine:
        seen.append("connects")
        yield bluelet.connect(host, port)
        seen.append("is connected")

    def root() -> Coroutine:
        with _crowded() as address:
            thread = client(*address)
            yield bluelet.spawn(thread)
            while "connects" not in seen:
                yield bluelet.null()
            for turn in range(100):
                yield bluelet.null()
                turns.append(turn)
            seen.append("root looks")
            yield bluelet.kill(thread)

    bluelet.run(root())

    assert turns == list(range(100))
    assert seen[:2] == ["connects", "root looks"]


@must("connect.suspends-only-its-thread")
def beside_one_that_waits(bluelet: Implementation) -> None:
    """While a thread waits until it is connected, others MUST be able to connect.

    Source: README, crawler: it "runs each HTTP request in a Bluelet coroutine", and "the requests
    run concurrently".
    """
    seen: list[str] = []

    def client(host: str, port: int) -> Coroutine:
        seen.append("connects")
        yield bluelet.connect(host, port)
        seen.append("is connected")

    def root() -> Coroutine:
        with _crowded() as address:
            thread = client(*address)
            yield bluelet.spawn(thread)
            while "connects" not in seen:
                yield bluelet.null()
            connection, peer = yield from connected_by_tcp(bluelet)
            seen.append("another is connected")
            close(connection)
            peer.close()
            yield bluelet.kill(thread)

    bluelet.run(root())

    assert seen == ["connects", "another is connected"]


@must("connect.suspends-only-its-thread", "null.lets-others-run", "run.one-thread-at-a-time")
def nulls_starve_no_client(bluelet: Implementation) -> None:
    """While a thread keeps yielding `null()`, one that is connected MUST have its turn in time.

    What *in time* means is in the chapter on fairness. It counts from when the listening side has
    the connection.

    Source: README, Basic Usage, `null`: to "give other green threads a chance to get work done";
    The "Echo" Server: "When a socket event happens, the coroutine is resumed".
    """
    seen: list[str] = []
    steps: list[int] = []

    def client(host: str, port: int) -> Coroutine:
        connection = yield bluelet.connect(host, port)
        seen.append("is connected")
        close(connection)

    def root() -> Coroutine:
        with socket.create_server((loopback(), 0)) as listening:
            yield bluelet.spawn(client(*listening.getsockname()))
            for _ in range(TURNS):
                if not select.select([listening], [], [], 0)[0]:
                    block(0.001)
                    yield bluelet.null()
            while "is connected" not in seen and len(steps) < TURNS:
                steps.append(len(steps))
                yield bluelet.null()
            while "is connected" not in seen:
                yield bluelet.sleep(0.001)

    bluelet.run(root())

    assert seen == ["is connected"]
    assert len(steps) < TURNS


@must("connect.gives-a-connection", "spawn.many-children", "sleep.suspends-only-its-thread")
def many_at_once(bluelet: Implementation) -> None:
    """Many threads MUST be able to connect at once, each by a connection of its own.

    Source: README, crawler: it "runs each HTTP request in a Bluelet coroutine", and "the requests
    run concurrently".
    """
    seen: list[bytes] = []
    done: list[int] = []

    def client(number: int, host: str, port: int) -> Coroutine:
        connection = yield bluelet.connect(host, port)
        yield connection.sendall(b"%03d" % number)
        close(connection)
        done.append(number)

    def root() -> Coroutine:
        with socket.create_server((loopback(), 0), backlog=100) as listening:
            for number in crowd(50):
                yield bluelet.spawn(client(number, *listening.getsockname()))
            yield from until_there_are(bluelet, 50, done)
            listening.settimeout(PATIENCE)
            for _ in done:
                peer, _ = listening.accept()
                peer.settimeout(PATIENCE)
                seen.append(received(peer, 3))
                peer.close()

    bluelet.run(root())

    assert sorted(seen) == [b"%03d" % number for number in range(50)]


@should("connect.gives-a-connection")
def refused(bluelet: Implementation) -> None:
    """Where nobody listens, `connect` SHOULD raise `OSError` in the thread that connects.

    Source: ruling: failures of I/O raise at the `yield` and can be caught; observed in all known
    implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        try:
            yield bluelet.connect(loopback(), free_port())
        except OSError:
            seen.append("refused")
        else:
            seen.append("connected")
        yield bluelet.null()
        seen.append("goes on")

    bluelet.run(root())

    assert seen == ["refused", "goes on"]


@must(
    "connect.gives-a-connection",
    "run.waits-for-every-thread",
    "exceptions.caught-leaves-others-alone",
)
def failure_spares_others(bluelet: Implementation) -> None:
    """Connections that are refused to some threads MUST NOT disturb the others.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def unlucky(port: int) -> Coroutine:
        try:
            yield bluelet.connect(loopback(), port)
        except Exception:
            yield bluelet.null()

    def bystander() -> Coroutine:
        for _ in range(100):
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        port = free_port()
        yield bluelet.spawn(bystander())
        for _ in range(20):
            yield bluelet.spawn(unlucky(port))
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"greeting")
        data = yield from receive(connection, 8)
        seen.append(f"root has a {data.decode()}")
        close(connection)
        peer.close()

    bluelet.run(root())

    assert sorted(seen) == ["bystander", "root has a greeting"]


@should("connect.gives-a-connection")
def not_a_port(bluelet: Implementation) -> None:
    """`connect` to a port beyond 65535 SHOULD raise, and not connect to another port.

    The system's search for addresses takes any number, and drops what does not fit.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        with socket.create_server((loopback(), 0)) as listening:
            port = listening.getsockname()[1]
            try:
                connection = yield bluelet.connect(loopback(), 65536 + port)
            except (OSError, OverflowError, ValueError):
                seen.append("raised")
            else:
                seen.append("connected")
                close(connection)

    bluelet.run(root())

    assert seen == ["raised"]


@should("connect.gives-a-connection")
def neither_host_nor_port(bluelet: Implementation) -> None:
    """`connect` to a host that is no string, or a port of None, SHOULD raise `TypeError`.

    The system's search for addresses takes None for this machine, and for port 0; who forgot to
    give them would be told that the connection was refused.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    mistakes: list[tuple[object, object]] = []
    refused: list[tuple[object, object]] = []

    def attempt(host: object, port: object) -> Coroutine:
        try:
            connection = yield bluelet.connect(host, port)
        except TypeError:
            refused.append((host, port))
        except OSError:
            pass
        else:
            close(connection)

    def root() -> Coroutine:
        with socket.create_server(("localhost", 0)) as listening:
            port = listening.getsockname()[1]
            mistakes.extend([(None, port), (["localhost"], port), ("localhost", None)])
            for host, port in mistakes:
                yield from attempt(host, port)

    bluelet.run(root())

    assert mistakes
    assert refused == mistakes


@contextmanager
def _crowded() -> Iterator[tuple[str, int]]:
    """Give an address where somebody listens, and where a new connection has to wait for long."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server((loopback(), 0), backlog=1))
        for _ in range(100):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(listening.getsockname())
            if not select.select([], [sock], [], 0.2)[1]:
                yield listening.getsockname()
                return
        raise LookupError("as many connections may wait to be accepted as like")
