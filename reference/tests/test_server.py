"""What the reference's server takes for a peer that has gone, and what for a handler that failed.

How a failed handler is reported is left to an implementation; the reference logs it.
"""

from __future__ import annotations

import errno
import gc
import os
import socket
import warnings
from collections.abc import Generator
from contextlib import suppress
from typing import Any

import bluelet_reference as bluelet
import pytest

Coroutine = Generator[Any, Any, Any]


class Operation(bluelet.WaitableEvent):
    """Waits for a connection to be writable, and fails."""

    def __init__(self, connection: bluelet.Connection, error: Exception) -> None:
        self.connection = connection
        self.error = error

    def waitables(self) -> Any:
        return (), (self.connection.sock,), ()

    def fire(self) -> None:
        raise self.error


def free_port() -> int:
    """Return the number of a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


def serve_one(error: Exception, *, in_operation: bool = False) -> None:
    """Run a server for a client, and raise `error` in the handler, or in what it yields."""
    port = free_port()

    def handler(connection: bluelet.Connection) -> Coroutine:
        yield connection.recv(100)
        if in_operation:
            yield Operation(connection, error)
        raise error

    def root() -> Coroutine:
        server = bluelet.server("127.0.0.1", port, handler)
        yield bluelet.spawn(server)
        yield bluelet.null()
        client = yield bluelet.connect("127.0.0.1", port)
        yield client.sendall(b"greeting")
        assert (yield client.recv(100)) == b""
        client.close()
        yield bluelet.kill(server)

    bluelet.run(root())


@pytest.mark.parametrize(
    "error",
    [
        BrokenPipeError(),
        OSError(errno.ECONNABORTED, "the connection was aborted"),
        OSError(errno.ECONNRESET, "the connection was reset"),
        OSError(errno.EHOSTUNREACH, "there is no way to the host"),
        OSError(errno.ENETRESET, "the network was reset"),
        OSError(errno.ENETUNREACH, "there is no way to the network"),
        OSError(errno.ENOTCONN, "the socket is not connected"),
        OSError(errno.EPIPE, "nobody reads"),
        OSError(errno.ESHUTDOWN, "nobody sends"),
        OSError(errno.ETIMEDOUT, "nobody answers"),
    ],
    ids=repr,
)
def test_a_peer_that_has_gone_is_told_as_no_failure(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    serve_one(error, in_operation=True)

    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "a peer has gone" in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        ValueError("the handler's own"),
        TimeoutError("the handler's own: the system gave no such number"),
        OSError(errno.EACCES, "the file may not be read"),
        OSError(errno.EBADF, "the descriptor is not open"),
        OSError(errno.ECONNREFUSED, "another host does not listen"),
        BrokenPipeError("the handler's own"),
    ],
    ids=repr,
)
def test_a_handler_that_fails_is_logged(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    serve_one(error)

    assert [record.exc_info and record.exc_info[1] for record in caplog.records] == [error]


@pytest.mark.parametrize("turns", range(8))
def test_a_connection_is_closed_however_early_the_run_ends(turns: int) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        host, port = sock.getsockname()
    clients: list[socket.socket] = []

    def handler(connection: bluelet.Connection) -> Coroutine:
        yield bluelet.sleep(1000)

    def root() -> Coroutine:
        yield bluelet.spawn(bluelet.server(host, port, handler))
        yield bluelet.null()
        yield bluelet.null()
        clients.append(socket.create_connection((host, port), 5))
        for _ in range(turns):
            yield bluelet.null()
        raise KeyError("the end")

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(KeyError, match="the end"):
            bluelet.run(root())
        gc.collect()
    assert [str(warning.message) for warning in told] == []  # Nothing is left to the collector.
    with clients[0], suppress(ConnectionResetError):  # As it had not even been accepted.
        assert clients[0].recv(1) == b""


def test_a_connection_that_the_program_closes_is_no_failure_of_its_handler(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    handled: list[bluelet.Connection] = []
    port = free_port()

    def handler(connection: bluelet.Connection) -> Coroutine:
        handled.append(connection)
        yield connection.recv(100)

    def root() -> Coroutine:
        server = bluelet.server("127.0.0.1", port, handler)
        yield bluelet.spawn(server)
        yield bluelet.null()
        client = yield bluelet.connect("127.0.0.1", port)
        while not handled:
            yield bluelet.null()
        yield bluelet.null()
        handled[0].close()
        assert (yield client.recv(100)) == b""
        client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "a connection was closed" in caplog.text


@pytest.mark.parametrize(
    "number", [errno.ECONNABORTED, errno.EPROTO, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EPERM]
)
def test_what_is_wrong_with_one_connection_keeps_no_other_from_being_served(
    number: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    accept = socket.socket.accept
    failed: list[OSError] = []

    def accept_or_fail(listening: socket.socket) -> Any:
        accepted = accept(listening)
        if failed:
            return accepted
        accepted[0].close()
        failed.append(OSError(number, os.strerror(number)))
        raise failed[0]

    monkeypatch.setattr(socket.socket, "accept", accept_or_fail)
    port = free_port()
    seen: list[bytes] = []

    def handler(connection: bluelet.Connection) -> Coroutine:
        yield connection.sendall(b"served")

    def root() -> Coroutine:
        server = bluelet.server("127.0.0.1", port, handler)
        yield bluelet.spawn(server)
        yield bluelet.null()
        for _ in range(2):
            client = yield bluelet.connect("127.0.0.1", port)
            with suppress(ConnectionResetError):
                seen.append((yield client.recv(100)))
            client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen[-1] == b"served"
    assert os.strerror(number) in caplog.text


def test_an_interrupt_within_accept_leaves_no_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(socket.socket):
        def __init__(self, *args: Any, **_: Any) -> None:
            raise KeyboardInterrupt

    listener = bluelet.Listener("127.0.0.1", 0)
    before = len(os.listdir("/proc/self/fd"))
    Interrupted.accept = socket.socket.accept  # type: ignore[method-assign]

    def root() -> Coroutine:
        yield listener.accept()

    with socket.create_connection(("127.0.0.1", listener.port)):
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr("bluelet_reference.connecting.socket.socket", Interrupted)
            bluelet.run(root())
        assert len(os.listdir("/proc/self/fd")) == before + 1
    listener.close()


def test_a_listener_that_tests_put_in_place_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(bluelet.Listener):
        def __init__(self, host: str, port: int) -> None:
            raise OSError("used")

    monkeypatch.setattr(bluelet, "Listener", Refusing)

    with pytest.raises(OSError, match="used"):
        bluelet.run(bluelet.server("127.0.0.1", 0, lambda _: None))
