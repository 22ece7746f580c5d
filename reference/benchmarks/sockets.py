"""Cases of sockets: what a server can do for its clients, and what each client costs it.

The server of a peer runs in a process of its own on one core; the load runs on another (`load`).
"Busy" is a connection that has one message under way at any time: 64 bytes that are to come back,
whereupon the next is sent. An idle one has sent one message before, and stays silent.
"""

from __future__ import annotations

from functools import partial

from benchmarks import load
from benchmarks.cases import Case, LeftOut
from benchmarks.serving import MODULES, serving

_ALL = tuple(MODULES)
_WITH_LINES = tuple(peer for peer in _ALL if peer not in ("asyncio sock_*", "trio"))

_SELECT_LIMIT = 1000
"""About how many connections bluelet 0.2.0 can have, which waits with `select`."""

_BEFORE = 400
"""Idle connections before those that are measured, to use up memory that start-up has left free."""


def _echo(mode: str, peer: str, busy: int, seconds: float, *, idle: int = 0) -> float:
    """Return echoes a second."""
    _expect_within_limit(peer, busy + idle)
    with serving(peer, mode) as server:
        return load.measure("echo", server.port, busy, idle, seconds=seconds).rate


def _echo_beside_idle(busy: int, peer: str, idle: int, seconds: float) -> float:
    """Return echoes a second."""
    return _echo("echo", peer, busy, seconds, idle=idle)


def _sendall(peer: str, connections: int, seconds: float) -> float:
    """Return bytes a second."""
    if peer == "bluelet 0.2.0" and connections > 1:
        raise LeftOut("its sendall() blocks: while it sends to one, nobody else is served")
    with serving(peer, "flood") as server:
        return load.measure("drain", server.port, connections, seconds=seconds).rate


def _accept(peer: str, at_once: int, seconds: float) -> float:
    """Return connections a second."""
    with serving(peer, "echo") as server:
        return load.measure("connect", server.port, at_once, seconds=seconds).rate


def _memory(peer: str, idle: int, seconds: float) -> float:
    """Return bytes for each connection."""
    _expect_within_limit(peer, idle + _BEFORE)
    with serving(peer, "echo") as server, load.held(server.port, _BEFORE):
        before = server.memory()
        with load.held(server.port, idle):
            return (server.memory() - before) / idle


def _expect_within_limit(peer: str, connections: int) -> None:
    if peer == "bluelet 0.2.0" and connections > _SELECT_LIMIT:
        raise LeftOut(f"it waits with select(), for no more than {_SELECT_LIMIT:,} connections")


CASES: tuple[Case, ...] = (
    Case(
        "echo",
        "echo of 64 bytes, by recv and sendall",
        "/s",
        (1, 100, 1000),
        "busy connections",
        _ALL,
        partial(_echo, "echo"),
    ),
    Case(
        "echo-lines",
        "echo of a line of 64 bytes, by readline and sendall",
        "/s",
        (1, 100, 1000),
        "busy connections",
        _WITH_LINES,
        partial(_echo, "lines"),
    ),
    Case(
        "echo-idle-100",
        "echo of 64 bytes over 100 busy connections, beside idle ones",
        "/s",
        (0, 1000, 9000),
        "idle connections",
        _ALL,
        partial(_echo_beside_idle, 100),
    ),
    Case(
        "echo-idle-1000",
        "echo of 64 bytes over 1,000 busy connections, beside idle ones",
        "/s",
        (0, 1000, 9000),
        "idle connections",
        _ALL,
        partial(_echo_beside_idle, 1000),
    ),
    Case(
        "sendall",
        "a byte of 64 MB that are sent by one sendall",
        "/s",
        (1, 10),
        "connections",
        _ALL,
        _sendall,
    ),
    Case(
        "accept",
        "a connection that is opened, and closed by both ends",
        "/s",
        (5, 100),
        "connections at once",
        _ALL,
        _accept,
    ),
    Case(
        "memory-connection",
        "memory of the server for an idle connection",
        "bytes",
        (500, 5000),
        "idle connections",
        _ALL,
        _memory,
    ),
)
