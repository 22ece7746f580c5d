"""What `read` gives, and when.

Bytes or text, as the file is; what is there, or everything up to the end.
"""

import os
import select
import tempfile

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import TURNS, Coroutine


@should()
def read_gives_what_is_there(bluelet: Implementation) -> None:
    """`read` with a size SHOULD return what is there, and not wait until it is that much.

    Source: ruling: no operation blocks the other threads, as a read of all of it would.
    """
    results: list[object] = []
    reader, writer = os.pipe()

    def root() -> Coroutine:
        with os.fdopen(reader, "rb") as file:
            os.write(writer, b"some data")
            results.append((yield bluelet.read(file, 1024)))

    bluelet.run(root())
    os.close(writer)

    assert results == [b"some data"]


@should("spawn.both-run")
def read_holds_up_nobody(bluelet: Implementation) -> None:
    """While a thread waits for a pipe to be written to, the others SHOULD run on.

    Source: ruling: no operation blocks the other threads.
    """
    seen: list[object] = []
    reader, writer = os.pipe()

    def child() -> Coroutine:
        for _ in range(100):
            yield bluelet.null()
        seen.append("child writes")
        os.write(writer, b"x")

    def root() -> Coroutine:
        with os.fdopen(reader, "rb", buffering=0) as file:
            yield bluelet.spawn(child())
            seen.append((yield bluelet.read(file, 1)))

    bluelet.run(root())
    os.close(writer)

    assert seen == ["child writes", b"x"]


@should("files.read-holds-up-nobody")
def read_to_the_end(bluelet: Implementation) -> None:
    """`read` without a size SHOULD return all that comes, up to the end, in bytes.

    Source: ruling; observed to fail in most known implementations.
    """
    results: list[object] = []
    reader, writer = os.pipe()

    def child() -> Coroutine:
        for number in range(20):
            os.write(writer, b"%02d" % number)
            yield bluelet.null()
        os.close(writer)

    def root() -> Coroutine:
        with os.fdopen(reader, "rb", buffering=0) as file:
            yield bluelet.spawn(child())
            results.append((yield bluelet.read(file)))

    bluelet.run(root())

    assert results == [b"".join(b"%02d" % number for number in range(20))]


@should("files.read-gives-what-is-there")
def read_at_the_end(bluelet: Implementation) -> None:
    """At the end `read` with a size SHOULD return nothing, at once and every time.

    Source: ruling, as for a connection.
    """
    results: list[object] = []
    reader, writer = os.pipe()
    os.write(writer, b"last")
    os.close(writer)

    def root() -> Coroutine:
        with os.fdopen(reader, "rb") as file:
            for _ in range(3):
                results.append((yield bluelet.read(file, 1024)))

    bluelet.run(root())

    assert results == [b"last", b"", b""]


@should("files.read-holds-up-nobody")
def read_of_text(bluelet: Implementation) -> None:
    """`read` of a file of text SHOULD return text, all of it without a size.

    A character may be of several bytes, and arrive in parts.

    Source: observed: so do all known implementations, to the end of the file.
    """
    results: list[object] = []
    reader, writer = os.pipe()
    text = "Grüße, 世界\n" * 3

    def child() -> Coroutine:
        for byte in text.encode():
            os.write(writer, bytes([byte]))
            yield bluelet.null()
        os.close(writer)

    def root() -> Coroutine:
        with os.fdopen(reader, "r", encoding="utf-8", newline="\n") as file:
            yield bluelet.spawn(child())
            results.append((yield bluelet.read(file)))

    bluelet.run(root())

    assert results == [text]


@should("files.read-of-text", "files.read-gives-what-is-there")
def read_of_text_with_a_size(bluelet: Implementation) -> None:
    """`read` of a file of text with a size SHOULD return what is there, in whole characters.

    It is never more than so many. A character that arrives in parts is waited for, since none at
    all means the end.

    Source: ruling: no operation blocks the other threads, as a read of all of it would.
    """
    results: list[object] = []
    reader, writer = os.pipe()
    before, after = "世".encode()[:1], "世".encode()[1:]

    def child() -> Coroutine:
        for _ in range(TURNS):
            yield bluelet.null()
            if not select.select([reader], [], [], 0)[0]:
                break  # The first part has been read.
        os.write(writer, after)
        os.close(writer)

    def root() -> Coroutine:
        with os.fdopen(reader, "r", encoding="utf-8", newline="\n") as file:
            os.write(writer, "Grüße".encode())
            results.append((yield bluelet.read(file, 1000)))
            os.write(writer, before)
            yield bluelet.spawn(child())
            for _ in range(3):
                results.append((yield bluelet.read(file, 1000)))

    bluelet.run(root())

    assert results == ["Grüße", "世", "", ""]


@should("files.read-gives-what-is-there", "files.read-to-the-end")
def read_after_readline(bluelet: Implementation) -> None:
    """`read` SHOULD first return what Python has read of the file already, and not wait for more.

    A file that is asked for a line takes all there is from the system, and holds back the rest.

    Source: ruling: what has arrived is not lost.
    """
    results: list[object] = []
    reader, writer = os.pipe()

    def root() -> Coroutine:
        with os.fdopen(reader, "rb") as file:
            os.write(writer, b"one\ntwo\n")
            results.append(file.readline())
            results.append((yield bluelet.read(file, 1024)))
            os.write(writer, b"three\nfour\n")
            results.append(file.readline())
            os.write(writer, b"five\n")
            os.close(writer)
            results.append((yield bluelet.read(file)))

    bluelet.run(root())

    assert results == [b"one\n", b"two\n", b"three\n", b"four\nfive\n"]


@should("files.read-of-text", "files.read-after-readline")
def read_of_text_after_readline(bluelet: Implementation) -> None:
    """`read` of a file of text SHOULD first return what the file holds back, to the last character.

    It may hold back a part of a character, too, whose other part is still to come.

    Source: ruling: what has arrived is not lost.
    """
    results: list[object] = []
    reader, writer = os.pipe()
    last = "vier, 世".encode()

    def root() -> Coroutine:
        with os.fdopen(reader, "r", encoding="utf-8", newline="\n") as file:
            os.write(writer, b"eins\nzwei\n")
            results.append(file.readline())
            results.append((yield bluelet.read(file, 1024)))
            os.write(writer, b"drei\n" + last[:-1])
            results.append(file.readline())
            os.write(writer, last[-1:])
            os.close(writer)
            results.append((yield bluelet.read(file)))

    bluelet.run(root())

    assert results == ["eins\n", "zwei\n", "drei\n", "vier, 世"]


@should()
def read_of_a_regular_file(bluelet: Implementation) -> None:
    """A regular file SHOULD be readable to its end.

    Source: observed: so do all known implementations for text.
    """
    results: list[object] = []
    data = bytes(range(256)) * 1000

    def root() -> Coroutine:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            results.append((yield bluelet.read(file)))

    bluelet.run(root())

    assert results == [data]
