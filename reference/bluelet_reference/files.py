"""Reading and writing pipes and files, of bytes and of text.

The file is one that blocks, and stays so: others may use it, too. So nothing is done before the
system reports readiness, and then no more than surely does not block: one read of what there is,
one write of what the smallest pipe takes.

A program may use the file's own methods as well, before and in between, and then Python has a part
in it that the system knows nothing of. What Python has read already, and holds back in the file's
buffer, is given first, without waiting. What it has not written yet is written first, at one go:
that may wait, where it is more than there is room for. And of text only the file itself knows how
far it is, within a character, a line's end or a byte order mark; so it is the file that decodes
what is read, and writes the mark.
"""

from __future__ import annotations

import codecs
import io
import os
import select
from collections.abc import Generator
from functools import partial
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

from bluelet_reference.errors import describe
from bluelet_reference.events import Event
from bluelet_reference.polling import WRITE
from bluelet_reference.thread import Thread
from bluelet_reference.waitable import Waitable, WaitableEvent

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler

File: TypeAlias = "IO[bytes] | IO[str] | int"

_CHUNK = 65_536

_PARTS = 8
"""How many parts are written in one step, before the other threads have their turns."""


_unread: WeakKeyDictionary[Any, list[Any]] = WeakKeyDictionary()
"""What was read of files by threads that were killed before they had read to the end."""


class _Ready(WaitableEvent):
    """Waits until a file can be read from."""

    __slots__ = ("file",)

    def __init__(self, file: Waitable) -> None:
        self.file = file

    def waitables(self) -> Any:
        """Return the file, to be read from."""
        return (self.file,), (), ()


def read(fd: File, bufsize: int | None = None) -> Generator[Any, Any, Any]:
    """Return the event that reads from a file, a pipe or a descriptor.

    With `bufsize` it returns what is there, up to so many bytes or, of a file of text, characters,
    and nothing only at the end. Without, or with less than 0, it reads to the end, and returns all.
    What Python has read of the file already, and not given to anybody, comes first.

    Raises:
        TypeError: `bufsize` is not an int.
    """
    if bufsize is not None and not isinstance(bufsize, int):
        raise TypeError(f"read() takes a number of bytes, not {describe(bufsize)}")
    return _read(fd, None if bufsize is None or bufsize < 0 else bufsize)


def _read(fd: File, bufsize: int | None) -> Generator[Any, Any, bytes | str]:
    source: Any = fd
    convert: Any = bytes
    received: list[Any] = [b""]
    if isinstance(fd, io.TextIOWrapper):
        source = fd.buffer
        convert = partial(_text, fd, bufsize)
        received = [""]
    if _can_be_kept(fd):
        received += _unread.pop(fd, ())
    if source is not fd and not any(received):
        received.append(convert())
    try:
        while bufsize is None or (bufsize and not any(received)):
            if not _holds_back(source):
                yield _Ready(source)
            data = _read_some(source, _CHUNK if bufsize is None else bufsize)
            received.append(convert(data))
            if not data:
                break
    except GeneratorExit:  # files.killed-reader-loses-nothing
        _keep(fd, received)
        raise
    text = received[0].join(received)
    if bufsize is not None and len(text) > bufsize:
        _keep(fd, [text[bufsize:]])
        text = text[:bufsize]
    return text  # type: ignore[no-any-return]


def _keep(fd: File, received: list[Any]) -> None:
    """Keep what has been read for whoever reads next."""
    if any(received) and _can_be_kept(fd):
        _unread[fd] = received


def _can_be_kept(fd: Any) -> bool:
    """Return whether it is a file of Python's: a descriptor's number may be another's tomorrow."""
    return isinstance(fd, io.IOBase)


def _holds_back(source: Any) -> bool:
    """Return whether Python has read more of a file than it has given to anybody.

    `peek` tells; but where there is nothing it reads, and would wait. So what is below the buffer
    says, for that moment, that it has nothing to be read at present.
    """
    if not isinstance(source, io.BufferedReader | io.BufferedRandom):
        return False
    raw: Any = source.raw
    raw.readinto = lambda _: None
    try:
        return bool(source.peek())
    finally:
        del raw.readinto


def _read_some(source: Any, size: int) -> bytes:
    """Read what is there, having seen that something is."""
    if isinstance(source, int):
        return os.read(source, size)
    one_read = getattr(source, "read1", source.read)
    data: bytes = one_read(size)
    return data


def _text(file: io.TextIOWrapper, size: int | None, *data: bytes) -> str:
    """Return up to `size` characters of what `file` holds back, and then makes of `data`.

    It is given `data` for what it reads next, and after that an error; of which nothing is lost,
    since it is asked for one character at a time.
    """
    buffer: Any = file.buffer
    unread = iter(data)

    def read1(_: int) -> bytes:
        for some in unread:
            return some
        raise BlockingIOError

    text = io.StringIO(newline="")
    buffer.read1 = read1
    try:
        text.writelines(islice(iter(partial(file.read, 1), ""), size))
    except BlockingIOError:
        pass
    finally:
        del buffer.read1
    return text.getvalue()


def write(fd: File, data: bytes | str) -> Generator[Any, Any, None]:
    """Return the event that writes all of `data` to a file, a pipe or a descriptor.

    What has been written by the file's own methods comes first.

    Raises:
        TypeError: `data` is text and the file is not of text, or the other way round.
        UnicodeEncodeError: `data` is text that the file has no bytes for.
    """
    first = ""
    if isinstance(fd, io.TextIOWrapper):
        if not isinstance(data, str):
            raise TypeError(f"write() to a file of text takes text, not {describe(data)}")
        first, data = _encode(fd, data)
    elif isinstance(data, str):
        raise TypeError(f"write() to a file of bytes takes bytes, not {describe(data)}")
    return _write(fd, memoryview(data).cast("B"), first)


def _encode(file: io.TextIOWrapper, text: str) -> tuple[str, bytes]:
    """Return what the file has to write itself of `text`, and the bytes of the rest.

    In an encoding that has a byte order mark, the file writes one character, and before it the
    mark, where that is still to come. (Of pipes it marks none in UTF-16.)
    """
    errors = file.errors or "strict"
    if not "".encode(file.encoding):
        return "", text.encode(file.encoding, errors)
    text.encode(file.encoding, errors)  # Refuses all of it, or nothing.
    encoder = codecs.getincrementalencoder(file.encoding)(errors)
    encoder.setstate(0)  # After the mark.
    return text[:1], encoder.encode(text[1:], True)


def _write(fd: Any, data: memoryview, first: str) -> Generator[Any, Any, None]:
    writing = _Write(fd, data, first)
    yield writing
    while writing.data:
        yield writing


class _Write(Event):
    """Writes all there is to write, when those who came before have written theirs.

    The step is one that may be tried: it asks, before each part, whether that will not block.
    """

    __slots__ = ("data", "file", "first", "number")

    def __init__(self, fd: Any, data: memoryview, first: str) -> None:
        self.number: int = fd if isinstance(fd, int) else fd.fileno()
        self.data = data
        self.first = first
        self.file = None if isinstance(fd, int | io.RawIOBase) else fd
        """The file, as long as it has something to write itself."""

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Wait for one's turn, and for room; a file that has always room is not waited for."""
        try:
            scheduler.poller.wait(
                thread, [(self.number, WRITE)], self.step, "to write", may_try=True
            )
        except PermissionError:  # What the system calls a file of which it reports no readiness.
            pass
        else:
            return False
        self.write_some()
        return True

    def step(self) -> None:
        """Write while there is room."""
        for _ in range(_PARTS):
            if not _has_room(self.number):
                break
            self.write_some()
            if not self.data:
                return
        raise BlockingIOError

    def write_some(self) -> None:
        """Write what the file itself has not written yet, or the next part."""
        if self.file is not None:
            if self.first:
                self.file.write(self.first)
            self.file.flush()
            self.file = None
        elif self.data:
            self.data = self.data[os.write(self.number, self.data[: select.PIPE_BUF]) :]


def _has_room(number: int) -> bool:
    """Return whether `select.PIPE_BUF` bytes can be written without waiting for a reader."""
    poll = select.poll()
    poll.register(number, select.POLLOUT)
    return bool(poll.poll(0))
