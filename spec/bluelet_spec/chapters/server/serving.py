"""How a server is started, and that it serves.

It is a coroutine, and may be the root or a thread beside others. It listens until it ends. Where it
cannot, that is an error that somebody hears of.
"""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, raised_by
from bluelet_spec.wire import (
    answer_to,
    client_of,
    close,
    dial,
    free_port,
    loopback,
    receive,
    received,
)


@must("spawn.both-run", "kill.sleeping", "sendall.sends-everything")
def serves(bluelet: Implementation) -> None:
    """`run(server(host, port, handler))` MUST run `handler(connection)` for each connection there.

    Source: README, Basic Usage, `server`: "for each incoming connection `conn`, the server calls
    `handler_coro(conn)` and adds that coroutine to the Bluelet scheduler".
    """
    seen: list[bytes] = []
    connections: list[Any] = []
    over = threading.Event()
    address = loopback(), free_port()

    def stop() -> Coroutine:
        try:
            yield bluelet.kill(server)
        except Exception:
            pass  # Where the root cannot be killed, an interrupt ends it.
        raise KeyboardInterrupt

    def echoer(connection: Any) -> Coroutine:
        connections.append(connection)
        data = yield from receive(connection, 4)
        if data == b"stop":
            yield from stop()
        yield connection.sendall(data)

    def clients() -> None:
        for message in (b"this", b"that", b"stop"):
            client = None
            while not client and not over.is_set():
                try:
                    client = dial(*address)
                except ConnectionRefusedError:
                    over.wait(0.001)
            if client:
                client.sendall(message)
                if message != b"stop":
                    seen.append(received(client, 4))
                client.close()

    server = bluelet.server(*address, echoer)
    with ThreadPoolExecutor(1) as elsewhere:
        answers = elsewhere.submit(clients)
        raised_by(bluelet.run, server)
        over.set()
    answers.result()
    for connection in connections:
        raised_by(close, connection)

    assert seen == [b"this", b"that"]


@must("spawn.both-run", "kill.deep-in-calls", "sendall.sends-everything")
def beside_other_threads(bluelet: Implementation) -> None:
    """`server` MUST be a coroutine like any other, which can be spawned, beside others, and killed.

    Source: README, Basic Usage: `server` is a "convenient off-the-shelf coroutine"; `kill`
    "aborts and unschedules" a thread.
    """
    seen: list[bytes] = []
    connections: list[Any] = []

    def handler(connection: Any) -> Coroutine:
        connections.append(connection)
        data = yield from receive(connection, 6)
        yield connection.sendall(data.upper())

    def root() -> Coroutine:
        servers = []
        for _ in range(2):
            address = loopback(), free_port()
            servers.append(bluelet.server(*address, handler))
            yield bluelet.spawn(servers[-1])
            client = yield from client_of(bluelet, address)
            client.sendall(b"answer")
            seen.append((yield from answer_to(bluelet, client, 6)))
            client.close()
        for server in servers:
            yield bluelet.kill(server)

    bluelet.run(root())
    for connection in connections:
        raised_by(close, connection)

    assert seen == [b"ANSWER"] * 2


@must("server.serves", "server.beside-other-threads")
def any_address(bluelet: Implementation) -> None:
    """A server whose host is the empty string MUST serve at every address of the machine.

    Source: README, The "Echo" Server: "bluelet.run(bluelet.server('', 4915, echoer))" does what a
    plain socket does that is bound to "('', 4915)".
    """
    seen: list[bytes] = []

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def root() -> Coroutine:
        port = free_port("")
        server = bluelet.server("", port, handler)
        yield bluelet.spawn(server)
        for host in ("127.0.0.1", loopback()):
            client = yield from client_of(bluelet, (host, port))
            seen.append((yield from answer_to(bluelet, client, 6)))
            client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"answer"] * 2


@should("server.beside-other-threads")
def arguments_as_keywords(bluelet: Implementation) -> None:
    """`server` SHOULD take its arguments by the names `host`, `port` and `handler_coro`, too.

    Source: README, Basic Usage: "bluelet.server(host, port, handler_coro)"; a program that passes
    them by name does not work on the original, which has another name for the third.
    """
    seen: list[bytes] = []

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(handler_coro=handler, port=address[1], host=address[0])
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        seen.append((yield from answer_to(bluelet, client, 6)))
        client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"answer"]


@may("when it is called", "when it first runs", presupposes=("server.beside-other-threads",))
def begins_to_listen(bluelet: Implementation) -> str:
    """`server` MAY begin to listen when it is called, or when it first runs.

    Source: observed: the original listens when the coroutine first runs.
    """
    seen: list[bool] = []

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        refused = raised_by(_touch, address)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        yield from answer_to(bluelet, client, 6)
        client.close()
        yield bluelet.kill(server)
        seen.append(refused is None)

    bluelet.run(root())

    assert len(seen) == 1
    return "when it is called" if seen[0] else "when it first runs"


@should("exceptions.from-root", "server.serves")
def port_in_use(bluelet: Implementation) -> None:
    """Where the server cannot listen, `server` or the run of it SHOULD raise `OSError`.

    Source: ruling: failures of I/O can be caught; observed in all known implementations.
    """
    raised: list[BaseException | None] = []

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def serve(host: str, port: int) -> None:
        bluelet.run(bluelet.server(host, port, handler))

    with socket.create_server((loopback(), 0)) as listening:
        raised.append(raised_by(serve, *listening.getsockname()))

    assert isinstance(raised[0], OSError)


def _touch(address: tuple[str, int]) -> None:
    """Connect, and close the connection.

    Raises:
        ConnectionRefusedError: nobody listens.
    """
    dial(*address).close()
