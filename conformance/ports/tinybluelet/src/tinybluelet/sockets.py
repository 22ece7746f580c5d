"""Connections, by coroutines that try, wait where that would block, and try again."""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Callable
from select import POLLIN, POLLOUT
from typing import Any, TypeAlias

from tinybluelet.scheduler import Coroutine, sleep, spawn, when_ready

_CHUNK = 65_536
_NO_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_Data: TypeAlias = bytes | bytearray | memoryview
_log = logging.getLogger(__name__)


class SocketClosedError(Exception):
    """An operation on what this program has closed."""


def _attempt(sock: socket.socket, mask: int, operation: Callable[[], Any]) -> Coroutine:
    while True:
        if sock.fileno() < 0:
            raise SocketClosedError("it has been closed")
        try:
            return operation()
        except BlockingIOError:
            yield when_ready((sock, mask))


class Connection:
    """A connected socket, whose operations are to be yielded."""

    def __init__(self, sock: socket.socket, addr: Any) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.addr = addr
        self._buffer = bytearray()

    def close(self) -> None:
        """Close it at once; who waits for it gets a `SocketClosedError`."""
        self.sock.close()

    def recv(self, bufsize: int) -> Coroutine:
        """Receive some bytes, at most `bufsize`; none at the end of the stream."""
        if bufsize < 0:
            raise ValueError(f"recv() takes a number of bytes, and not {bufsize}")

        def some() -> bytes:
            at_hand = self._buffer or not bufsize
            return self._take(bufsize) if at_hand else self.sock.recv(bufsize)

        return (yield from _attempt(self.sock, POLLIN, some))

    def readline(self, delim: bytes = b"\n") -> Coroutine:
        """Receive what comes up to `delim`, and that; less at the end of the stream."""
        if not delim:
            raise ValueError("readline() takes a delimiter of at least one byte")

        def line() -> bytes:
            while (found := self._buffer.find(delim)) < 0:
                data = self.sock.recv(_CHUNK)
                if not data:
                    return self._take(len(self._buffer))
                self._buffer += data
            return self._take(found + len(delim))

        return (yield from _attempt(self.sock, POLLIN, line))

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def send(self, data: _Data) -> Coroutine:
        """Send some of `data`, and return how many bytes that was."""
        return (yield from _attempt(self.sock, POLLOUT, lambda: self.sock.send(data)))

    def sendall(self, data: _Data) -> Coroutine:
        """Send all of `data`."""
        rest = memoryview(data).cast("B")
        while True:
            rest = rest[(yield from self.send(rest)) :]
            if not rest:
                return


class Listener:
    """A socket that listens as soon as it is made."""

    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.create_server((host, port), backlog=128)
        self.sock.setblocking(False)
        self.host, self.port = self.sock.getsockname()[:2]

    def accept(self) -> Coroutine:
        """Wait for a client, and return the connection to it."""
        return Connection(*(yield from _attempt(self.sock, POLLIN, self.sock.accept)))

    def close(self) -> None:
        """Listen no longer; who waits in `accept` gets a `SocketClosedError`."""
        self.sock.close()


def connect(host: str, port: int) -> Coroutine:
    """Connect to the first address of `host` that takes connections."""
    if not 0 <= port <= 65_535:
        raise ValueError(f"{port} is no port")
    failure = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            code = sock.connect_ex(address)
            if code == errno.EINPROGRESS:
                yield when_ready((sock, POLLOUT))
                code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not code:
                return Connection(sock, address)
            failure = OSError(code, os.strerror(code))
        except BaseException:
            sock.close()
            raise
        sock.close()
    raise failure


def server(host: str, port: int, handler_coro: Callable[[Connection], Any]) -> Coroutine:
    """Listen, and run `handler_coro(connection)` as a thread for each connection, for ever."""
    listener = Listener(host, port)
    try:
        while True:
            try:
                connection = yield listener.accept()
            except OSError as error:
                if error.errno not in _NO_DESCRIPTORS:
                    raise
                yield sleep(0.05)  # Until some connection has been closed.
            else:
                yield spawn(_serve(connection, handler_coro))
    finally:
        listener.close()


def _serve(connection: Connection, handler_coro: Callable[[Connection], Any]) -> Coroutine:
    try:
        yield handler_coro(connection)
    except Exception:
        _log.exception("the handler of %s failed", connection.addr)
    finally:
        connection.close()
