"""How a handler ends, well or not.

With its end its connection is closed. What goes wrong in a handler with an `Exception` is its own
connection's affair, unlike in other threads: it is reported in some way, the connection is closed,
and the server goes on.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import IO, Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, block, finished, raised_by
from bluelet_spec.wire import (
    answer_to,
    client_of,
    close,
    dial,
    free_port,
    loopback,
    receive,
    until_there_are,
)


@should("server.handlers-run-concurrently", "listener.each-connection-to-one-thread")
def closes_when_the_handler_ends(bluelet: Implementation) -> None:
    """When a handler has ended, by itself or by `end`, its connection SHOULD be closed.

    A handler that has closed it by itself does no harm.

    Source: observed: so do all known implementations; the README's handlers close nothing.
    """
    seen: list[bytes] = []

    def handler(connection: Any) -> Coroutine:
        data = yield from receive(connection, 6)
        yield connection.sendall(data.upper())
        if data == b"return":
            return
        if data == b"close!":
            close(connection)
        yield bluelet.end()

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        for request in (b"return", b"close!", b"theend"):
            client = yield from client_of(bluelet, address)
            client.sendall(request)
            seen.append((yield from answer_to(bluelet, client, 7)))
            client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"RETURN", b"CLOSE!", b"THEEND"]


@should(
    "server.handlers-run-concurrently",
    "listener.each-connection-to-one-thread",
    "exceptions.caught-leaves-others-alone",
)
def handler_that_fails(bluelet: Implementation) -> None:
    """An `Exception` in a handler SHOULD close its connection, and the server and others go on.

    Source: ruling: in `server`, an `Exception` in one handler is logged, its connection closed, and
    the server goes on.
    """
    seen: list[bytes] = []
    handled: list[object] = []

    def handler(connection: Any) -> Coroutine:
        handled.append(connection)
        data = yield from receive(connection, 6)
        yield connection.sendall(data.upper())
        if data == b"failed":
            raise LookupError("a handler fails")

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        steady = yield from client_of(bluelet, address)
        yield from until_there_are(bluelet, 1, handled)
        unlucky = yield from client_of(bluelet, address)
        unlucky.sendall(b"failed")
        seen.append((yield from answer_to(bluelet, unlucky, 100)))
        unlucky.close()
        for client in (steady, (yield from client_of(bluelet, address))):
            client.sendall(b"answer")
            seen.append((yield from answer_to(bluelet, client, 6)))
            client.close()
        yield bluelet.kill(server)

    raised_by(bluelet.run, root())

    assert seen == [b"FAILED", b"ANSWER", b"ANSWER"]


@should("server.handler-that-fails")
def failure_is_told(bluelet: Implementation) -> None:
    """An `Exception` that a handler does not catch SHOULD be logged, or told on standard error.

    Any text will do that has the exception's own in it.

    Source: ruling: in `server`, an `Exception` in one handler is logged.
    """
    address = loopback(), free_port()

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"x")
        raise LookupError("a handler fails")

    def root() -> Coroutine:
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        yield from answer_to(bluelet, client, 2)
        client.close()
        yield bluelet.kill(server)

    with tempfile.TemporaryFile("w+") as file:
        with _telling(file):
            bluelet.run(root())
        file.seek(0)
        told = file.read()

    assert "a handler fails" in told


@should("server.handler-that-fails")
def handler_that_is_no_coroutine(bluelet: Implementation) -> None:
    """Where `handler(connection)` raises, or returns None, that SHOULD be as if it had failed.

    Source: ruling: in `server`, what goes wrong with one connection is that connection's affair.
    """
    seen: list[bytes] = []
    calls: list[object] = []

    def handler(connection: Any) -> object:
        calls.append(connection)
        if len(calls) == 1:
            raise LookupError("at once")
        return None if len(calls) == 2 else answerer(connection)

    def answerer(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        for _ in range(3):
            client = yield from client_of(bluelet, address)
            seen.append((yield from answer_to(bluelet, client, 6)))
            client.close()
        yield bluelet.kill(server)

    raised_by(bluelet.run, root())

    assert seen == [b"", b"", b"answer"]


@must("server.handlers-run-concurrently")
def handler_that_computes(bluelet: Implementation) -> None:
    """Though handlers compute for long, and hold up everybody, every client MUST be answered.

    Here half of the clients have a handler when they ask, and half are not accepted yet.

    Source: README, Basic Usage, `server`: "for each incoming connection `conn`, the server calls
    `handler_coro(conn)`".
    """
    seen: list[bytes] = []
    handled: list[object] = []

    def handler(connection: Any) -> Coroutine:
        handled.append(connection)
        data = yield from receive(connection, 8)
        for _ in range(3):
            block(0.004)
            yield bluelet.null()
        yield connection.sendall(data.upper())

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        clients = []
        for number in range(4):
            clients.append((yield from client_of(bluelet, address)))
            yield from until_there_are(bluelet, number + 1, handled)
        for _ in range(4):
            clients.append(dial(*address))
        for number, client in enumerate(clients):
            client.setblocking(False)
            client.sendall(b"answer %d" % number)
        for client in clients:
            seen.append((yield from answer_to(bluelet, client, 8)))
            client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"ANSWER %d" % number for number in range(8)]


@should("server.handlers-run-concurrently")
def handler_that_leaves_a_reader(bluelet: Implementation) -> None:
    """A handler that ends while another thread waits on its connection SHOULD NOT stop the server.

    The connection is closed then, and the other thread told so, or it is left to it.

    Source: ruling: in `server`, what goes wrong with one connection is that connection's
    affair.
    """
    seen: list[bytes] = []
    reading: list[object] = []
    readers: list[Coroutine] = []

    def reader(connection: Any) -> Coroutine:
        reading.append(connection)
        try:
            yield connection.recv(100)
        except Exception:
            pass

    def handler(connection: Any) -> Coroutine:
        if reading:
            yield connection.sendall(b"answer")
        else:
            readers.append(reader(connection))
            yield bluelet.spawn(readers[0])
            while not reading:
                yield bluelet.null()
            yield bluelet.sleep(0.01)

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        yield from until_there_are(bluelet, 1, reading)
        yield bluelet.sleep(0.02)
        client.close()
        client = yield from client_of(bluelet, address)
        seen.append((yield from answer_to(bluelet, client, 6)))
        client.close()
        for thread in (*readers, server):
            if not finished(thread):
                yield bluelet.kill(thread)

    raised_by(bluelet.run, root())

    assert seen == [b"answer"]


@contextmanager
def _telling(file: IO[str]) -> Iterator[None]:
    """Have all that is logged, or written to standard error, written to `file`."""
    log = logging.StreamHandler(file)
    stderr = os.dup(2)
    logging.getLogger().addHandler(log)
    os.dup2(file.fileno(), 2)
    try:
        with redirect_stderr(file):
            yield
    finally:
        file.flush()
        os.dup2(stderr, 2)
        os.close(stderr)
        logging.getLogger().removeHandler(log)
