"""What is left of the search for a host's address that nobody waits for any longer.

The system's own search cannot be stopped. It is given up: its thread ends when it will, and what
was to tell of its answer is closed long before.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import bluelet_reference as bluelet
import pytest

Coroutine = Generator[Any, Any, Any]

NAME = "name.invalid"

getaddrinfo: Callable[..., list[Any]] = socket.getaddrinfo
"""The system's own."""


class Search:
    """A search for `NAME` that goes on until it is told to end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.thread: threading.Thread | None = None
        self.begins_with_a_signal = False

    def __call__(self, host: str, port: int, *arguments: int) -> list[Any]:
        if host != NAME or socket.AI_NUMERICHOST in arguments:
            return getaddrinfo(host, port, *arguments)
        self.thread = threading.current_thread()
        self.begun.set()
        if self.begins_with_a_signal:
            os.kill(os.getpid(), signal.SIGUSR1)
        self.may_end.wait()
        return getaddrinfo("127.0.0.1", port, *arguments)

    def end(self) -> None:
        """End it, and wait until its thread has ended."""
        self.may_end.set()
        assert self.thread is not None
        self.thread.join()


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Iterator[Search]:
    search = Search()
    monkeypatch.setattr(socket, "getaddrinfo", search)
    yield search
    search.may_end.set()


def descriptors() -> set[str]:
    """Return the descriptors that are open, and what they are of."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{number} {os.readlink(f'/proc/self/fd/{number}')}")
        except FileNotFoundError:  # The one of the directory itself.
            continue
    return found


@contextmanager
def interrupted(interrupt: BaseException) -> Iterator[None]:
    """Raise `interrupt` when the signal comes."""

    def handle(number: int, frame: FrameType | None) -> None:
        raise interrupt

    before = signal.signal(signal.SIGUSR1, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGUSR1, before)


def searcher() -> Coroutine:
    yield bluelet.connect(NAME, 1)


def killed_while_it_searches(search: Search) -> Coroutine:
    thread = searcher()
    yield bluelet.spawn(thread)
    while not search.begun.is_set():
        yield bluelet.null()
    yield bluelet.kill(thread)


@pytest.mark.filterwarnings("error")
def test_a_thread_that_is_killed_while_it_searches_leaves_no_descriptor(search: Search) -> None:
    seen: list[set[str]] = []

    def root() -> Coroutine:
        yield bluelet.sleep(0)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            # The poller has its own descriptor from now on.
            connection = yield bluelet.connect(*listening.getsockname())
            seen.append(descriptors())
            yield killed_while_it_searches(search)
            seen.append(descriptors())
            connection.close()

    bluelet.run(root())

    assert seen[1] == seen[0]


def test_a_search_given_up_ends_without_touching_what_others_have_opened(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    seen: list[bytes] = []

    def root() -> Coroutine:
        yield killed_while_it_searches(search)
        pairs = [socket.socketpair() for _ in range(5)]  # They have the numbers that are free.
        search.end()
        for pair in pairs:
            one, other = (bluelet.Connection(sock, None) for sock in pair)
            for here, there in ((one, other), (other, one)):
                yield here.sendall(b"greeting")
                seen.append((yield there.recv(100)))
            one.close()
            other.close()

    bluelet.run(root())

    assert seen == [b"greeting"] * 10
    assert failures == []


def test_a_run_that_is_interrupted_while_it_searches_leaves_no_descriptor(search: Search) -> None:
    before = descriptors()
    search.begins_with_a_signal = True

    with interrupted(KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        bluelet.run(searcher())

    assert descriptors() == before


def test_a_run_that_fails_while_another_thread_searches_leaves_no_descriptor(
    search: Search,
) -> None:
    before = descriptors()

    def root() -> Coroutine:
        yield bluelet.spawn(searcher())
        while not search.begun.is_set():
            yield bluelet.null()
        raise LookupError

    with pytest.raises(LookupError):
        bluelet.run(root())

    assert descriptors() == before


def test_a_search_that_ends_leaves_no_descriptor(search: Search) -> None:
    before = descriptors()
    search.may_end.set()

    def root() -> Coroutine:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            connection = yield bluelet.connect(NAME, listening.getsockname()[1])
        connection.close()

    bluelet.run(root())

    assert search.begun.is_set()
    assert descriptors() == before
