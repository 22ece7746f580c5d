"""What connections and listeners do beyond what every implementation has to."""

from __future__ import annotations

import errno
import os
import socket
import threading
import tracemalloc
from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference as bluelet
import pytest
from bluelet_reference import sockets
from bluelet_reference.errors import describe

Coroutine = Generator[Any, Any, Any]


def connects(host: Any, port: Any) -> Coroutine:
    yield bluelet.connect(host, port)


def listens(host: Any, port: Any) -> Coroutine:
    yield bluelet.null()
    bluelet.Listener(host, port)


def serves(host: Any, port: Any) -> Coroutine:
    yield bluelet.server(host, port, bluelet.Connection.close)


programs = pytest.mark.parametrize("program", [connects, listens, serves])
Program = Callable[[Any, Any], Coroutine]


@programs
@pytest.mark.parametrize("port", [-65535, -1, 65536, 2**64, "65536", "-1"])
def test_no_such_port(program: Program, port: int | str) -> None:
    with pytest.raises(ValueError, match=f"^a port is a number from 0 to 65535, not {port}$"):
        bluelet.run(program("127.0.0.1", port))


@programs
@pytest.mark.parametrize("port", [None, 80.0, b"80", [80], ""])
def test_no_port(program: Program, port: object) -> None:
    with pytest.raises(TypeError, match=r"^a port is given as a number, not "):
        bluelet.run(program("127.0.0.1", port))


@programs
@pytest.mark.parametrize("host", [None, 127, ["127.0.0.1"]])
def test_no_host(program: Program, host: object) -> None:
    with pytest.raises(TypeError, match=r"^a host is given as a string, not "):
        bluelet.run(program(host, 80))


@programs
@pytest.mark.parametrize("host", ["a..b", "x" * 64])
def test_no_name(program: Program, host: str) -> None:
    with pytest.raises(socket.gaierror, match=f"'{host}' is not a name that a host can have"):
        bluelet.run(program(host, 80))


def test_a_port_may_be_a_string_of_digits() -> None:
    seen: list[object] = []

    def root() -> Coroutine:
        listener = bluelet.Listener("127.0.0.1", "0")  # type: ignore[arg-type]
        connection = yield bluelet.connect("127.0.0.1", str(listener.port))  # type: ignore[arg-type]
        seen.append(connection.sock.getpeername()[1] == listener.port)
        connection.close()
        listener.close()

    bluelet.run(root())

    assert seen == [True]


def test_a_connection_that_times_out_raises_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system gives up after minutes; here a socket that has no room stands for such a wait."""
    seen: list[object] = []
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        while True:
            ours.send(bytes(65536))
    except BlockingIOError:
        pass

    class Slow(socket.socket):
        def connect(self, address: Any) -> None:
            os.dup2(ours.fileno(), self.fileno())
            seen.append("connects")
            raise BlockingIOError(errno.EINPROGRESS, "in progress")

        def getsockopt(self, *arguments: Any) -> Any:
            return errno.ETIMEDOUT

    def client() -> Coroutine:
        try:
            yield bluelet.connect("192.0.2.1", 80)
        except TimeoutError as error:
            seen.append(error.errno)

    def root() -> Coroutine:
        thread = client()
        yield bluelet.spawn(thread)
        while not seen:
            yield bluelet.null()
        for _ in range(100):
            yield bluelet.null()
        seen.append("others go on")
        theirs.close()  # Now what stands for the connection is ready, and says that it failed.
        yield bluelet.join(thread)

    monkeypatch.setattr(socket, "socket", Slow)
    bluelet.run(root())
    ours.close()

    assert seen == ["connects", "others go on", errno.ETIMEDOUT]


@pytest.mark.parametrize("turns", range(6))
def test_nothing_is_lost_with_a_thread_that_is_killed_while_it_receives_a_lot(turns: int) -> None:
    stream = bytes(range(256)) * 2
    data: list[bytes] = []

    def reader(connection: bluelet.Connection) -> Coroutine:
        while True:
            data.append((yield connection.recv(1)))

    def root() -> Coroutine:
        ours, peer = socket.socketpair()
        connection = bluelet.Connection(ours, None)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        peer.sendall(stream)
        peer.close()
        for _ in range(turns):
            yield bluelet.null()
        yield bluelet.kill(thread)
        while not data or data[-1]:
            data.append((yield connection.recv(1)))
        connection.close()

    bluelet.run(root())

    assert b"".join(data) == stream


@pytest.mark.parametrize("operation", ["send", "sendall", "readline"])
@pytest.mark.parametrize("mistake", ["text", "", None, 42, [b"bytes"]])
def test_what_is_given_for_bytes_and_is_none_is_named(operation: str, mistake: object) -> None:
    raised: list[BaseException] = []

    def root() -> Coroutine:
        ours, peer = socket.socketpair()
        connection = bluelet.Connection(ours, None)
        try:
            yield getattr(connection, operation)(mistake)
        except TypeError as error:
            raised.append(error)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert [str(error) for error in raised] == [
        f"{operation}() takes bytes, not {describe(mistake)}"
    ]


@pytest.mark.parametrize("rest", [-1, 0, 1])
def test_a_line_that_ends_with_the_last_chunk_of_a_step_is_seen(
    rest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_CHUNK", 1000)
    line = b"x" * (sockets._CHUNKS * 1000 + rest) + b"\n"
    lines: list[bytes] = []

    def root() -> Coroutine:
        ours, peer = socket.socketpair()
        connection = bluelet.Connection(ours, None)
        peer.sendall(line)
        lines.append((yield connection.readline()))
        connection.close()
        peer.close()

    bluelet.run(root())

    assert lines == [line]


def test_what_one_reader_leaves_in_the_buffer_is_for_those_who_wait_already() -> None:
    lines: list[bytes] = []

    def reader(connection: bluelet.Connection) -> Coroutine:
        lines.append((yield connection.readline()))

    def root() -> Coroutine:
        ours, peer = socket.socketpair()
        connection = bluelet.Connection(ours, None)
        threads = [reader(connection) for _ in range(3)]
        for thread in threads:
            yield bluelet.spawn(thread)
        yield bluelet.null()
        peer.sendall(b"a\nb\nc\n")
        for thread in threads:
            yield bluelet.join(thread)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert lines == [b"a\n", b"b\n", b"c\n"]


def test_half_a_line_of_a_killed_reader_is_for_those_who_wait_already() -> None:
    data: list[bytes] = []

    def line_reader(connection: bluelet.Connection) -> Coroutine:
        yield connection.readline()

    def reader(connection: bluelet.Connection) -> Coroutine:
        data.append((yield connection.recv(100)))

    def root() -> Coroutine:
        ours, peer = socket.socketpair()
        connection = bluelet.Connection(ours, None)
        first, second = line_reader(connection), reader(connection)
        yield bluelet.spawn(first)
        yield bluelet.spawn(second)
        yield bluelet.null()
        peer.sendall(b"half")
        while not connection.received:
            yield bluelet.null()
        yield bluelet.kill(first)
        yield bluelet.join(second)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert data == [b"half"]


class SlowSocket(socket.socket):
    """A socket whose methods are in Python, as those of `ssl` are."""

    def send(self, *args: Any) -> int:
        raise BrokenPipeError


def test_a_disconnect_is_one_whatever_the_socket_is_made_of() -> None:
    def sends() -> Coroutine:
        with SlowSocket() as sock:
            yield bluelet.Connection(sock, ("", 0)).sendall(b"to nobody")

    def root() -> Coroutine:
        yield bluelet.spawn(sends())

    bluelet.run(root())


@pytest.mark.parametrize("delim", [b"\n", b"the end of the line"])
def test_a_long_line_is_in_memory_but_once(delim: bytes) -> None:
    size = 40_000_000
    ours, peer = socket.socketpair()
    chunk = b"x" * 1_000_000
    lengths: list[int] = []

    def feed() -> None:
        for _ in range(size // len(chunk)):
            peer.sendall(chunk)
        peer.sendall(delim + b"the rest")
        peer.close()

    def root() -> Coroutine:
        connection = bluelet.Connection(ours, None)
        tracemalloc.reset_peak()
        line = yield connection.readline(delim)
        lengths.append(len(line))
        assert tracemalloc.get_traced_memory()[1] < 1.2 * size
        assert line.endswith(b"x" + delim)
        assert (yield connection.readline(delim)) == b"the rest"
        connection.close()

    feeder = threading.Thread(target=feed)
    tracemalloc.start()
    try:
        feeder.start()
        bluelet.run(root())
    finally:
        tracemalloc.stop()
        feeder.join()

    assert lengths == [size + len(delim)]


def test_who_is_killed_within_a_long_line_leaves_it_to_the_next() -> None:
    ours, peer = socket.socketpair()
    size = 3_000_000
    lines: list[bytes] = []

    def feed() -> None:
        peer.sendall(b"x" * size)
        peer.sendall(b"\nthe rest")
        peer.close()

    def reader(connection: bluelet.Connection) -> Coroutine:
        yield connection.readline()

    def root() -> Coroutine:
        connection = bluelet.Connection(ours, None)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while connection.long is None:
            yield bluelet.sleep(0)
        yield bluelet.kill(thread)
        lines.append((yield connection.recv(2)))
        lines.append((yield connection.readline()))
        lines.append((yield connection.readline()))
        connection.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    bluelet.run(root())
    feeder.join()

    assert [len(line) for line in lines] == [2, size - 1, len(b"the rest")]


@pytest.mark.parametrize(
    ("limit", "error"), [("5", TypeError), (0, ValueError), (-1, ValueError), (2.5, TypeError)]
)
def test_what_is_no_limit_is_refused(limit: Any, error: type[Exception]) -> None:
    ours, peer = socket.socketpair()
    connection = bluelet.Connection(ours, None)
    with peer, pytest.raises(error, match="the limit of a line is"):
        connection.readline(limit=limit)
    connection.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_listener_at_any_address_is_of_both_families(host: str) -> None:
    if host == "::1" and not socket.has_dualstack_ipv6():
        pytest.skip("there is no IPv6 here")
    seen: list[Any] = []

    def root() -> Coroutine:
        listener = bluelet.Listener("", 0)
        with socket.create_connection((host, listener.port)) as client:
            connection = yield listener.accept()
            seen.extend([connection.addr[:2], client.getsockname()[:2]])
            connection.close()
        listener.close()

    bluelet.run(root())

    assert seen[0] == seen[1]
