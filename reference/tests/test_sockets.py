"""What connections and listeners do beyond what every implementation has to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference as bluelet
import pytest

Coroutine = Generator[Any, Any, Any]


def connects(port: int) -> Coroutine:
    yield bluelet.connect("127.0.0.1", port)


def listens(port: int) -> Coroutine:
    yield bluelet.null()
    bluelet.Listener("127.0.0.1", port)


def serves(port: int) -> Coroutine:
    yield bluelet.server("127.0.0.1", port, bluelet.Connection.close)


@pytest.mark.parametrize("program", [connects, listens, serves])
@pytest.mark.parametrize("port", [-65535, -1, 65536, 2**64])
def test_no_such_port(program: Callable[[int], Coroutine], port: int) -> None:
    with pytest.raises(ValueError, match=f"^a port is a number from 0 to 65535, not {port}$"):
        bluelet.run(program(port))


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
