"""Connections for the programs of the clauses: one end bluelet's, the other a plain socket.

A program asks for what it needs by `yield from`, as one of its threads:

    connection, peer = yield from connected(bluelet)

An implementation whose `Connection(sock, addr)` takes one end of a socket pair is given that. With
any other the connection is made over loopback TCP, by `connect`. What the peer
does is ordinary Python. It must not wait for the program, which stands still meanwhile; so a peer
that waits in vain raises after a while, and does not hang.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Sized
from contextlib import suppress
from functools import cache
from typing import Any

from bluelet_spec.clause import Implementation
from bluelet_spec.probe import TURNS, Coroutine

PATIENCE = 2.0
"""Seconds that a peer waits for what should be there."""

PAUSES = (0.001, 0.002, 0.005, 0.01) + (0.02,) * int(PATIENCE / 0.02)
"""Seconds between two looks at what should come soon; all of them are what is waited for it."""


def connected(bluelet: Implementation) -> Coroutine:
    """Return (by `yield from`) a connection and its peer, a plain socket."""
    connection: Any = None
    peer: Any = None
    if hasattr(bluelet, "Connection"):
        ours, peer = socket.socketpair()
        connection = made_of(bluelet, ours)
    if connection is None:
        if peer is not None:
            peer.close()
        connection, peer = yield from connected_by_tcp(bluelet)
    peer.settimeout(PATIENCE)
    return connection, peer


def accepted_by_tcp(bluelet: Implementation) -> Coroutine:
    """Return (by `yield from`) a connection that a listener accepts, and its peer."""
    address = loopback(), free_port()
    listener = bluelet.Listener(*address)
    peer = dial(*address)
    connection = yield listener.accept()
    close(listener)
    return connection, peer


def made_of(bluelet: Implementation, sock: socket.socket) -> Any:
    """Return a connection made of one end of a socket pair, or None where that cannot be had.

    The README has no way to make one. So an implementation may want TCP, or other arguments, or
    have no such name.
    """
    try:
        return bluelet.Connection(sock, "a socket pair")
    except Exception:
        sock.close()
        return None


def connected_by_tcp(bluelet: Implementation) -> Coroutine:
    """Return (by `yield from`) a connection over TCP and its peer, a plain socket."""
    with socket.create_server((loopback(), 0)) as listening:
        connection = yield bluelet.connect(*listening.getsockname())
        peer, _ = listening.accept()
    peer.settimeout(PATIENCE)
    return connection, peer


def both_connected(bluelet: Implementation) -> Coroutine:
    """Return (by `yield from`) two connections to each other, both bluelet's.

    Between them there is room for a few kilobytes only, where they are made of a socket pair.
    """
    one = other = None
    if hasattr(bluelet, "Connection"):
        ours, theirs = socket.socketpair()
        for sock in (ours, theirs):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        one, other = made_of(bluelet, ours), made_of(bluelet, theirs)
    if one is None or other is None:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        one = yield bluelet.connect(*address)
        other = yield listener.accept()
        close(listener)
    return one, other


def close(thing: Any) -> None:
    """Close a connection, a listener or a plain socket that the program does not need any more.

    It is for programs that are about something else: the README knows no `close`. Without one,
    things are closed when nothing refers to them, so no program may need what its peers see of it.
    """
    if hasattr(thing, "close"):
        thing.close()


def receive(connection: Any, size: int) -> Coroutine:
    """Return (by `yield from`) the next `size` bytes of a connection, fewer at the end.

    A `recv` may give a part of what has come, so it is asked until all are there.
    """
    data = bytearray()
    while len(data) < size:
        chunk = yield connection.recv(min(size - len(data), 65536))
        if not chunk:
            break
        data += chunk
    return bytes(data)


def send_on(connection: Any, data: bytes = bytes(1_000_000)) -> Coroutine:
    """Send (by `yield from`) again and again, until the connection has no room, and on.

    How much it has room for depends on the system. Where nobody reads, the thread waits in the end.
    """
    while True:
        yield connection.sendall(data)


def crowd(size: int) -> range:
    """Return the numbers of so many clients; for each, a process needs a few descriptors."""
    return range(size)


def until_there_are(bluelet: Implementation, size: int, things: Sized) -> Coroutine:
    """Wait (by `yield from`) until `things` are so many.

    Raises:
        TimeoutError: they do not become so many.
    """
    for pause in PAUSES:
        if len(things) >= size:
            return
        yield bluelet.sleep(pause)
    raise TimeoutError(f"waiting in vain for {size} things, where there are {things}")


def loopback() -> str:
    """Return a loopback address: where there are many, one that only this process uses."""
    if sys.platform != "linux" or not _is_all_loopback():
        return "127.0.0.1"
    number = os.getpid() % 0xFFFFFE + 1
    return f"127.{number >> 16}.{number >> 8 & 255}.{number & 255}"


@cache
def _is_all_loopback() -> bool:
    """Return whether this machine has the whole of 127.0.0.0/8, or some addresses of it only."""
    with socket.socket() as sock:
        try:
            sock.bind(("127.255.255.254", 0))
        except OSError as error:
            return error.errno != errno.EADDRNOTAVAIL
    return True


def free_port(host: str | None = None) -> int:
    """Return the number of a port that nobody listens on at `host`, or else at `loopback()`.

    At an address that other processes use, too, the system would give the next of them the same
    number. So it is one that depends on the process, below those that the system gives.
    """
    address = loopback() if host is None else host
    is_own = address == loopback() and address != "127.0.0.1"
    first = 10_000 + os.getpid() * 8 % 20_000
    numbers = [0] if is_own else [each for each in range(first, 32_768) if each not in _given]
    for number in numbers:
        with socket.socket() as sock, suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address, number))
            port: int = sock.getsockname()[1]
            _given.add(port)
            return port
    raise OSError(errno.EADDRINUSE, f"no port is free at {address!r}")


_given: set[int] = set()
"""The ports that `free_port` has given in this process."""


def dial(host: str, port: int) -> socket.socket:
    """Return a plain socket that is connected to a listener of bluelet's."""
    sock = socket.create_connection((host, port), PATIENCE)
    sock.settimeout(PATIENCE)
    return sock


def client_of(bluelet: Implementation, address: tuple[str, int]) -> Coroutine:
    """Return (by `yield from`) a plain socket connected to a server that may yet have to start.

    Raises:
        ConnectionRefusedError: it does not start.
    """
    for pause in PAUSES:
        try:
            client = dial(*address)
            break
        except ConnectionRefusedError:
            yield bluelet.sleep(pause)
    else:
        client = dial(*address)
    client.setblocking(False)
    return client


def answer_to(bluelet: Implementation, client: socket.socket, size: int) -> Coroutine:
    """Return (by `yield from`) the next `size` bytes, fewer at the end of the stream.

    Raises:
        TimeoutError: they do not come.
    """
    data = bytearray()
    for pause in PAUSES:
        try:
            while len(data) < size:
                chunk = client.recv(size - len(data))
                if not chunk:
                    return bytes(data)
                data += chunk
            return bytes(data)
        except BlockingIOError:
            yield bluelet.sleep(pause)
    raise TimeoutError(f"a client waits in vain for {size} bytes, and has {bytes(data)!r}")


def reset(sock: socket.socket) -> None:
    """Close a TCP socket so that its peer is told of a reset, and not of the end of the stream."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sock.close()


def received(sock: socket.socket, size: int) -> bytes:
    """Return the next `size` bytes that a plain socket receives, fewer at the end of the stream."""
    data = bytearray()
    while len(data) < size:
        chunk = sock.recv(size - len(data))
        if not chunk:
            break
        data += chunk
    return bytes(data)


def taken(sock: socket.socket, size: int) -> bytes:
    """Return what a plain socket has received, up to `size` bytes; do not wait for more."""
    sock.setblocking(False)
    try:
        return sock.recv(size)
    except BlockingIOError:
        return b""


def read_slowly(bluelet: Implementation, sock: socket.socket, size: int, *, step: int) -> Coroutine:
    """Return (by `yield from`) the next `size` bytes that a plain socket receives.

    They are read little by little, with turns for the other threads in between. Where none come
    for a thousand turns, what has come is all.
    """
    data = bytearray()
    vain = 0
    while len(data) < size and vain < TURNS:
        part = taken(sock, min(step, size - len(data)))
        vain = 0 if part else vain + 1
        data += part
        yield bluelet.sleep(0.001)
    return bytes(data)


def fill(sock: Any) -> int:
    """Send on a plain socket until it would have to wait; return the number of bytes sent."""
    timeout = sock.gettimeout()
    sock.setblocking(False)
    sent = 0
    try:
        while True:
            sent += sock.send(b"x" * 65536)
    except BlockingIOError:
        return sent
    finally:
        sock.settimeout(timeout)
