"""Connecting to what has several addresses, some of which do not answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import bluelet_reference as bluelet
import pytest
from bluelet_reference import racing, resolving

Coroutine = Generator[Any, Any, Any]

NAME = "name.invalid"

getaddrinfo: Callable[..., list[Any]] = socket.getaddrinfo


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def named(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> None:
    """Let `NAME` have these addresses."""

    def look_up(host: str, port: int, *arguments: int) -> list[Any]:
        if host != NAME:
            return getaddrinfo(host, port, *arguments)
        if socket.AI_NUMERICHOST in arguments:
            raise socket.gaierror
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET, kind, socket.IPPROTO_TCP, "", each) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def silent(stack: ExitStack) -> tuple[str, int]:
    """Return an address that does not answer: so many wait to be accepted that it takes no more."""
    listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    address: tuple[str, int] = listening.getsockname()
    while True:
        client = stack.enter_context(socket.socket())
        client.settimeout(0.2)
        try:
            client.connect(address)
        except TimeoutError:
            return address


def refusing() -> tuple[str, int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address: tuple[str, int] = listening.getsockname()
    return address


def answering(stack: ExitStack) -> tuple[str, int]:
    listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    address: tuple[str, int] = listening.getsockname()
    return address


def connected(seen: list[Any]) -> Coroutine:
    connection = yield bluelet.connect(NAME, 1)
    seen.append(connection.sock.getpeername())
    connection.close()


def test_an_address_that_does_not_answer_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    address = answering(stack)
    named(monkeypatch, silent(stack), refusing(), address)
    seen: list[Any] = []

    bluelet.run(connected(seen))

    assert seen == [address]


def test_what_refuses_costs_no_delay(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    address = answering(stack)
    named(monkeypatch, refusing(), refusing(), address)
    monkeypatch.setattr(racing, "DELAY", float("inf"))
    seen: list[Any] = []

    bluelet.run(connected(seen))

    assert seen == [address]


def test_where_all_refuse_the_last_failure_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = refusing(), refusing()
    named(monkeypatch, one, other)

    with pytest.raises(ConnectionRefusedError, match=str(other[1])):
        bluelet.run(connected([]))


def test_a_kill_ends_all_attempts(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> None:
    named(monkeypatch, silent(stack), silent(stack))
    monkeypatch.setattr(racing, "DELAY", 0.01)
    begun: list[bluelet.Connection] = []
    seen: list[Any] = []
    attempt = racing._Race.attempt

    def noted(race: racing._Race, connection: bluelet.Connection, event: bluelet.Event) -> Any:
        begun.append(connection)
        return attempt(race, connection, event)

    monkeypatch.setattr(racing._Race, "attempt", noted)

    def root() -> Coroutine:
        thread = connected(seen)
        yield bluelet.spawn(thread)
        while len(begun) < 2:
            yield bluelet.sleep(0.001)
        yield bluelet.kill(thread)

    bluelet.run(root())

    assert seen == []
    assert [connection.sock.fileno() for connection in begun] == [-1, -1]


def test_families_take_turns() -> None:
    four, six = socket.AF_INET, socket.AF_INET6
    addresses = [(six, 1), (six, 2), (six, 3), (four, 4), (four, 5)]

    assert racing.in_turns(addresses) == [(six, 1), (four, 4), (six, 2), (four, 5), (six, 3)]


def test_searches_that_hang_take_a_bounded_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_end = threading.Event()
    before = threading.active_count()
    seen: list[int] = []

    def look_up(host: str, port: int, *arguments: int) -> list[Any]:
        if socket.AI_NUMERICHOST in arguments:
            raise socket.gaierror
        may_end.wait()
        return getaddrinfo("127.0.0.1", port, *arguments)

    def root() -> Coroutine:
        threads = [connected([]) for _ in range(100)]
        for thread in threads:
            yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        seen.append(threading.active_count() - before)
        for thread in threads:
            yield bluelet.kill(thread)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        bluelet.run(root())
        assert seen == [resolving._WORKERS]
        assert not resolving._pool._queue
    finally:
        may_end.set()
