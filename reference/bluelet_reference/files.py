"""Reading and writing pipes and files, of bytes and of text.

The file is one that blocks, and stays so: others may use it, too. So nothing is done before the
system reports readiness, and then no more than surely does not block: one read of what there is,
one write of what the smallest pipe takes.
"""

from __future__ import annotations

import codecs
import io
import os
import select
from collections.abc import Generator
from typing import IO, Any, TypeAlias

from bluelet_reference.errors import describe
from bluelet_reference.waitable import Waitable, WaitableEvent

File: TypeAlias = "IO[bytes] | IO[str] | int"

_CHUNK = 65_536


class _Ready(WaitableEvent):
    """Waits until a file can be read from, or written to."""

    __slots__ = ("file", "for_writing")

    def __init__(self, file: Waitable, *, for_writing: bool = False) -> None:
        self.file = file
        self.for_writing = for_writing

    def waitables(self) -> Any:
        """Return the file, on its side."""
        return ((), (self.file,), ()) if self.for_writing else ((self.file,), (), ())


def read(fd: File, bufsize: int | None = None) -> Generator[Any, Any, Any]:
    """Return the event that reads from a file, a pipe or a descriptor.

    With `bufsize` it returns what is there, up to so many bytes or, of a file of text, about so
    many characters, and nothing only at the end. Without, it reads to the end, and returns all.

    Raises:
        TypeError: `bufsize` is not an int.
    """
    if bufsize is not None and not isinstance(bufsize, int):
        raise TypeError(f"read() takes a number of bytes, not {describe(bufsize)}")
    return _read(fd, bufsize)


def _read(fd: File, bufsize: int | None) -> Generator[Any, Any, bytes | str]:
    decoder = _decoder(fd)
    source: Any = fd.buffer if isinstance(fd, io.TextIOWrapper) else fd
    received = bytearray()
    while True:
        yield _Ready(source)
        data = _read_some(source, _CHUNK if bufsize is None else bufsize)
        received += data
        if not data or (bufsize is not None and _is_whole(received, decoder)):
            return bytes(received) if decoder is None else _text(received, decoder)


def _decoder(fd: File) -> codecs.IncrementalDecoder | None:
    """Return what makes text of what is read from a file of text."""
    if not isinstance(fd, io.TextIOWrapper):
        return None
    return codecs.getincrementaldecoder(fd.encoding)(fd.errors or "strict")


def _text(received: bytearray, decoder: codecs.IncrementalDecoder) -> str:
    decoder.reset()
    return decoder.decode(bytes(received), True)


def _is_whole(received: bytearray, decoder: codecs.IncrementalDecoder | None) -> bool:
    """Return whether what is received does not end within a character."""
    if decoder is None:
        return True
    decoder.reset()
    decoder.decode(bytes(received))
    return not decoder.getstate()[0]


def _read_some(source: Any, size: int) -> bytes:
    """Read what is there, having seen that something is."""
    if isinstance(source, int):
        return os.read(source, size)
    one_read = getattr(source, "read1", source.read)
    data: bytes = one_read(size)
    return data


def write(fd: File, data: bytes | str) -> Generator[Any, Any, None]:
    """Return the event that writes all of `data` to a file, a pipe or a descriptor.

    Raises:
        TypeError: `data` is text and the file is not of text, or the other way round.
    """
    if isinstance(fd, io.TextIOWrapper):
        if not isinstance(data, str):
            raise TypeError(f"write() to a file of text takes text, not {describe(data)}")
        data = data.encode(fd.encoding, fd.errors or "strict")
    elif isinstance(data, str):
        raise TypeError(f"write() to a file of bytes takes bytes, not {describe(data)}")
    return _write(fd, memoryview(data).cast("B"))


def _write(fd: File, data: memoryview) -> Generator[Any, Any, None]:
    if not isinstance(fd, int):
        fd.flush()
    number = fd if isinstance(fd, int) else fd.fileno()
    while data:
        yield _Ready(number, for_writing=True)
        data = data[os.write(number, data[: select.PIPE_BUF]) :]
