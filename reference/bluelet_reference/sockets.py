"""Connections, and the events that work on them; how they come about is in `connecting`.

No operation blocks. Each has a step that tries; where it cannot go on, the thread waits for
readiness and the step is taken again (see `polling`). What fails raises at the `yield`. To close a
connection wakes whoever waits on it.
"""

from __future__ import annotations

import io
import socket
from typing import TYPE_CHECKING, Any, TypeAlias

from bluelet_reference.errors import LineTooLongError, SocketClosedError, describe
from bluelet_reference.events import Event
from bluelet_reference.polling import READ, WRITE, Channel, Step
from bluelet_reference.thread import Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler

Data: TypeAlias = "bytes | bytearray | memoryview"
Address: TypeAlias = Any

_CHUNK = 262_144
"""Bytes moved by one system call at the most."""

_LONG = 1_048_576
"""Bytes of a line that are worth to be kept where they need not be copied."""

_READ = 65_536
"""Bytes that a `readline` has room for in one system call: room for more takes longer to get."""

_CHUNKS = 8
"""Chunks moved in one step, before the other threads have their turns."""


class Endpoint:
    """What connections and listeners have in common: a socket that waiting threads can lose."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        """The socket. It does not block."""
        self.channel: Channel | None = None
        """Where threads wait for the socket, in the run in which one last did."""
        self.is_drained = False
        """Whether less came, when last received, than had been asked for."""

    def close(self) -> None:
        """Close the socket, and wake whoever waits on it with `SocketClosedError`."""
        channel = self.channel
        if channel is not None and channel.poller is not None and self.sock.fileno() >= 0:
            channel.poller.forget(self.sock, SocketClosedError())
        self.sock.close()

    def expect_open(self) -> None:
        """Check that the socket is there to be used.

        Raises:
            SocketClosedError: it has been closed.
        """
        if self.sock.fileno() < 0:
            raise SocketClosedError


class Operation(Event):
    """An event that waits until a socket is ready for it."""

    __slots__ = ("owner",)

    direction = READ
    what = "for a socket"

    def __init__(self, owner: Endpoint) -> None:
        # Who has more to keep repeats this: with `super` it would take three times as long.
        self.owner = owner

    def begin(self) -> Step:
        """Return the step that carries the operation out, with a state of its own."""
        raise NotImplementedError

    def is_early(self) -> bool:
        """Return whether the step is likely to come too early, which costs as much as to wait."""
        return False

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Take the step at once if nobody else waits to and it is not early, or wait to take it."""
        owner, direction = self.owner, self.direction
        if owner.sock.fileno() < 0:
            raise SocketClosedError
        channel = owner.channel
        step = self.begin()
        if (channel is None or not channel.queues[direction]) and not self.is_early():
            try:
                thread.value = step()
            except (BlockingIOError, InterruptedError):
                pass
            else:
                return True
        poller = scheduler.poller
        if channel is None or channel.poller is not poller:
            channel = owner.channel = poller.channel(owner.sock)
        poller.wait_on(thread, channel, direction, step, self.what)
        return False


class Connection(Endpoint):
    """A connected socket, with what has been received and not been asked for yet."""

    def __init__(self, sock: socket.socket, addr: Address) -> None:
        super().__init__(sock)
        self.addr = addr
        """The address of the peer."""
        self.received = bytearray()
        """What a `readline` has received beyond its line."""
        self.long: io.BytesIO | None = None
        """What came before that, of a line that is long.

        What it holds becomes `bytes` without being copied, so that a line is in memory but once.
        """
        self.limit: int | None = None
        """How many bytes a line may have that is read without a limit of its own."""
        self.reset: OSError | None = None
        """What the system has told of a reset. It tells it once, and then of an end."""

    def receive(self, size: int) -> bytes:
        """Receive up to `size` bytes from the socket: none at the end, but not after a reset."""
        try:
            data = self.sock.recv(size)
        except ConnectionResetError as error:
            self.reset = error
            raise
        if not data and self.reset and size:
            raise ConnectionResetError(*self.reset.args)
        self.is_drained = len(data) < size
        return data

    def take(self, size: int) -> bytes:
        """Take up to `size` bytes of what has been received."""
        with memoryview(self.received) as received, received[:size] as part:
            data = bytes(part)
        del self.received[:size]
        return data

    def shorten(self) -> None:
        """Have nothing before what has been received: its reader has gone, or given up."""
        if self.long is not None:
            self.received[:0] = self.long.getvalue()
            self.long = None

    def recv(self, bufsize: int) -> Event:
        """Return the event that receives up to `bufsize` bytes; none means the end of the stream.

        Raises:
            SocketClosedError: the connection has been closed.
            TypeError: `bufsize` is not an int.
            ValueError: `bufsize` is negative.
        """
        if not isinstance(bufsize, int):
            raise TypeError(f"recv() takes a number of bytes, not {describe(bufsize)}")
        if bufsize < 0:
            raise ValueError(f"recv() takes a number of bytes, not {bufsize}")
        self.expect_open()
        return _Receive(self, bufsize)

    def readline(
        self,
        delim: Data = b"\n",
        bufsize: int = 0,
        *,
        terminator: Data | None = None,
        limit: int | None = None,
    ) -> Event:
        """Return the event that receives a line, up to and with `delim`.

        At the end of the stream it gives what is left, perhaps nothing. `bufsize` is not used;
        `terminator` is another name for `delim` that programs know. A line of more than `limit`
        bytes, `delim` among them, raises `LineTooLongError` at the `yield`; what has come of it can
        be received. Without a limit, that of the connection holds, which is none unless `server`
        was given one.

        Raises:
            SocketClosedError: the connection has been closed.
            TypeError: `delim` is not bytes, or `limit` no int.
            ValueError: `delim` is empty, or `limit` less than 1.
        """
        if terminator is not None:
            delim = terminator
        if type(delim) is not bytes:
            delim = bytes(_as_bytes("readline", delim))
        if not delim:
            raise ValueError("readline() takes a delimiter of at least one byte")
        self.expect_open()
        reading = _ReadLine(self, delim)
        if limit is not None:
            reading.limit = expect_limit(limit)
        return reading

    def send(self, data: Data) -> Event:
        """Return the event that sends a part of `data`, and returns how many bytes.

        Raises:
            SocketClosedError: the connection has been closed.
            TypeError: `data` is not bytes.
        """
        data = _as_bytes("send", data)
        self.expect_open()
        return _Send(self, data)

    def sendall(self, data: Data) -> Event:
        """Return the event that sends all of `data`.

        Raises:
            SocketClosedError: the connection has been closed.
            TypeError: `data` is not bytes.
        """
        data = _as_bytes("sendall", data)
        self.expect_open()
        return _SendAll(self, data)


def expect_limit(limit: int) -> int:
    """Return `limit` if a line can have so many bytes at the most.

    Raises:
        TypeError: it is no int.
        ValueError: it is less than 1.
    """
    if not isinstance(limit, int):
        raise TypeError(f"the limit of a line is a number of bytes, not {describe(limit)}")
    if limit < 1:
        raise ValueError(f"the limit of a line is at least 1 byte, not {limit}")
    return limit


def _as_bytes(operation: str, data: Any) -> bytes | memoryview:
    if type(data) is bytes and len(data) <= _CHUNK:
        return data  # Sent at once, as a rule: there is no part of it to be taken.
    try:
        return memoryview(data).cast("B")
    except TypeError:
        raise TypeError(f"{operation}() takes bytes, not {describe(data)}") from None


class _Receive(Operation):
    __slots__ = ("bufsize",)

    owner: Connection
    what = "to receive"

    def __init__(self, owner: Connection, bufsize: int) -> None:
        self.owner = owner
        self.bufsize = bufsize

    def begin(self) -> Step:
        return self.step

    def step(self) -> bytes:
        owner = self.owner
        if owner.long is not None:
            owner.shorten()
        if owner.received:
            return owner.take(self.bufsize)
        if not self.bufsize:
            return b""
        return owner.receive(self.bufsize)

    def is_early(self) -> bool:
        owner = self.owner
        return owner.is_drained and not owner.received and owner.long is None and self.bufsize > 0


class _ReadLine(Operation):
    __slots__ = ("delim", "limit")

    owner: Connection
    what = "to receive a line"

    def __init__(self, owner: Connection, delim: bytes) -> None:
        self.owner = owner
        self.delim = delim
        self.limit = owner.limit

    def is_early(self) -> bool:
        owner = self.owner
        return owner.is_drained and owner.long is None and self.delim not in owner.received

    def begin(self) -> Step:
        owner, delim, limit = self.owner, self.delim, self.limit
        received = owner.received
        # Where no delimiter begins: each byte is looked at once, however long the line.
        searched = 0
        long: io.BytesIO | None = None

        def step() -> bytes:
            nonlocal searched, long
            if owner.long is not long:  # Who has begun to read it is not who reads it now.
                owner.shorten()
                searched, long = 0, None
            for chunks_left in range(_CHUNKS, -1, -1):
                at = received.find(delim, searched)
                if at >= 0:
                    return take(at + len(delim))
                searched = max(len(received) - len(delim) + 1, 0)
                if limit is not None and size() > limit:
                    raise too_long()
                if not chunks_left:
                    break
                if len(received) >= _LONG:
                    # All but what a delimiter may have begun with; see `Connection.long`.
                    long = owner.long = owner.long or io.BytesIO()
                    long.write(owner.take(searched))
                    searched = 0
                data = owner.receive(_READ)
                if not data:
                    return take(len(received))
                if (
                    not received
                    and long is None
                    and data.find(delim) == len(data) - len(delim) >= 0
                    and (limit is None or len(data) <= limit)
                ):
                    return data  # One line and no more, as of a peer that waits for the answer.
                received.extend(data)
            raise BlockingIOError

        def size() -> int:
            return len(received) + (long.tell() if long else 0)

        def too_long() -> LineTooLongError:
            owner.shorten()
            return LineTooLongError(f"a line of more than {limit} bytes; what came can be received")

        def take(end: int) -> bytes:
            nonlocal searched, long
            if limit is not None and size() - len(received) + end > limit:
                raise too_long()
            searched = 0
            if long is None:
                return owner.take(end)
            long.write(owner.take(end))
            line, long, owner.long = long.getvalue(), None, None
            return line

        return step


class _Send(Operation):
    __slots__ = ("data",)

    owner: Connection
    direction = WRITE
    what = "to send"

    def __init__(self, owner: Connection, data: bytes | memoryview) -> None:
        self.owner = owner
        self.data = data

    def begin(self) -> Step:
        return lambda: self.owner.sock.send(self.data[:_CHUNK]) if self.data else 0


class _SendAll(_Send):
    __slots__ = ()

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Send what is small by one call, with no step: that takes a quarter of the time.

        Of an echo's time in Python it saves a twelfth, of all its time a thirtieth.
        """
        owner, data = self.owner, self.data
        sock, channel = owner.sock, owner.channel
        if type(data) is not bytes or not data or (channel is not None and channel.queues[WRITE]):
            return super().perform(scheduler, thread)
        if sock.fileno() < 0:
            raise SocketClosedError
        try:
            sent = sock.send(data)
        except (BlockingIOError, InterruptedError):
            return super().perform(scheduler, thread)
        if sent == len(data):
            return True
        return _SendAll(owner, memoryview(data)[sent:]).perform(scheduler, thread)

    def begin(self) -> Step:
        sock, data = self.owner.sock, self.data
        if not data:
            return lambda: None

        def step() -> None:
            nonlocal data
            chunks_left = _CHUNKS
            while (sent := sock.send(data[:_CHUNK])) < len(data):
                data = data[sent:]
                chunks_left -= 1
                if not chunks_left:
                    raise BlockingIOError

        return step
