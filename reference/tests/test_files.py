"""Files that a program uses by their own methods, too, and encodings that have a state."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Generator
from typing import Any

import bluelet_reference as bluelet
import pytest

Coroutine = Generator[Any, Any, Any]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_text_goes_through_a_pipe_whoever_reads_and_writes_it(encoding: str, size: int) -> None:
    seen: list[str] = []
    reader, writer = os.pipe()

    def writes(file: Any) -> Coroutine:
        with file:
            for _ in range(3):
                yield bluelet.write(file, "Grüße, 世界 😀\n")
                file.write("von der Datei\n")
            yield bluelet.write(file, "")

    def root() -> Coroutine:
        thread = writes(os.fdopen(writer, "w", encoding=encoding))
        yield bluelet.spawn(thread)
        with os.fdopen(reader, "r", encoding=encoding) as file:
            yield bluelet.join(thread)  # A read of the file's own would hold up the whole run.
            seen.append(file.readline())
            text = yield bluelet.read(file, size)
            assert 0 < len(text) <= size
            seen.append(text)
            seen.append((yield bluelet.read(file, 0)))
            seen.append(file.readline())
            seen.append((yield bluelet.read(file)))

    bluelet.run(root())

    assert "".join(seen) == "Grüße, 世界 😀\nvon der Datei\n" * 3


def test_the_mark_at_the_beginning_holds_for_every_read() -> None:
    seen: list[str] = []
    reader, writer = os.pipe()
    os.write(writer, codecs.BOM_UTF16_BE + "Grüße".encode("utf-16-be"))
    os.close(writer)

    def root() -> Coroutine:
        with os.fdopen(reader, "r", encoding="utf-16") as file:
            for _ in range(6):
                seen.append((yield bluelet.read(file, 1)))

    bluelet.run(root())

    assert seen == [*"Grüße", ""]


def test_an_unfinished_character_at_the_end_raises_as_the_file_would() -> None:
    reader, writer = os.pipe()
    os.write(writer, "ü".encode()[:1])
    os.close(writer)

    def root() -> Coroutine:
        with os.fdopen(reader, "r", encoding="utf-8") as file:
            yield bluelet.read(file)

    with pytest.raises(UnicodeDecodeError):
        bluelet.run(root())


def test_text_that_cannot_be_encoded_is_refused_before_any_of_it_is_written() -> None:
    buffer = io.BytesIO()
    file = io.TextIOWrapper(buffer, encoding="ascii")

    with pytest.raises(UnicodeEncodeError):
        bluelet.write(file, "a ü")

    file.flush()
    assert buffer.getvalue() == b""


@pytest.mark.parametrize(
    ("mode", "data", "message"),
    [
        ("wb", "text", r"^write\(\) to a file of bytes takes bytes, not 'text' of type str$"),
        ("w", b"bytes", r"^write\(\) to a file of text takes text, not b'bytes' of type bytes$"),
    ],
)
def test_data_of_the_wrong_type_are_named(mode: str, data: bytes | str, message: str) -> None:
    def root() -> Coroutine:
        with open(os.devnull, mode) as file:
            yield bluelet.write(file, data)

    with pytest.raises(TypeError, match=message):
        bluelet.run(root())
