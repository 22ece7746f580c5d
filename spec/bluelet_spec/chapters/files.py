"""`read` and `write`: pipes, and whatever else has a descriptor.

The README does not mention them, but they are there in the original, for bytes and for text:
`read(file, size)` returns what is there, `read(file)` everything up to the end, and `write(file,
data)` writes all of it. Where the file is a pipe, each may have to wait, and then the others run.

A program may also use the file's own methods, which read more than they are asked for, and hold
back what they write; nothing of either is lost.

Left open: whether `read` and `write` give an `Event` or a coroutine, and what becomes of one that
is yielded twice; what `read(file)` has got when its thread is killed; a file that is closed while a
thread waits for it; how the data of two threads mix that write to one file at the same time; what
becomes of the ends of lines of a file of text; whether text in a pipe begins with a
byte order mark; objects without a descriptor; whether others are held up where Python holds back
more to be written than there is room for; a size of less than 0. A regular file never has to be
waited for, and how long the system takes to read from it is not bluelet's affair.
"""

import os
import select
import socket
import tempfile
from typing import IO

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import TURNS, Coroutine, raised_by
from bluelet_spec.wire import PATIENCE, received


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


@should()
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


@should("files.read-gives-what-is-there")
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


@should()
def write_arrives(bluelet: Implementation) -> None:
    """`write` SHOULD write all of its data.

    Source: ruling; observed never to complete in most known implementations.
    """
    seen: list[str] = []
    reader, writer = os.pipe()

    def root() -> Coroutine:
        with os.fdopen(writer, "wb", buffering=0) as file:
            yield bluelet.write(file, b"some data")
        seen.append("written")

    bluelet.run(root())
    arrived = os.read(reader, 1024)
    os.close(reader)

    assert seen == ["written"]
    assert arrived == b"some data"


@should("files.write-arrives", "files.read-gives-what-is-there")
def write_holds_up_nobody(bluelet: Implementation) -> None:
    """While a thread writes more than a pipe takes, the others SHOULD run on.

    Here the reader is one of them.

    Source: ruling: no operation blocks the other threads.
    """
    seen: list[str] = []
    arrived: list[bytes] = []
    reader, writer = os.pipe()
    data = bytes(range(256)) * 2000

    def child() -> Coroutine:
        with os.fdopen(reader, "rb", buffering=0) as file:
            while not arrived or arrived[-1]:
                arrived.append((yield bluelet.read(file, 65536)))

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        with os.fdopen(writer, "wb", buffering=0) as file:
            yield bluelet.write(file, data)
        seen.append("written")

    bluelet.run(root())

    assert seen == ["written"]
    assert b"".join(arrived) == data


@should("files.write-arrives")
def write_of_text(bluelet: Implementation) -> None:
    """`write` to a file of text SHOULD take text.

    Source: ruling, as for `read`.
    """
    seen: list[str] = []
    reader, writer = os.pipe()

    def root() -> Coroutine:
        with os.fdopen(writer, "w", encoding="utf-8", newline="\n") as file:
            yield bluelet.write(file, "Grüße, 世界\n")
        seen.append("written")

    bluelet.run(root())
    arrived = os.read(reader, 1024)
    os.close(reader)

    assert seen == ["written"]
    assert arrived == "Grüße, 世界\n".encode()


@should("files.write-of-text")
def write_of_text_with_a_mark(bluelet: Implementation) -> None:
    """A file in an encoding with a byte order mark SHOULD have one mark, at its beginning.

    It makes no difference whether a `write` has begun the file, or its own method.

    Source: ruling, as for `read`: the file's text is what has been written.
    """
    seen: list[str] = []

    def write(encoding: str) -> Coroutine:
        with tempfile.TemporaryFile("w+", encoding=encoding) as file:
            yield bluelet.write(file, "Grüße, ")
            file.write("schöne ")
            yield bluelet.write(file, "Welt")
            file.seek(0)
            seen.append(file.read())

    def root() -> Coroutine:
        for encoding in ("utf-16", "utf-8-sig"):
            yield bluelet.call(write(encoding))

    bluelet.run(root())

    assert seen == ["Grüße, schöne Welt"] * 2


@should("files.write-arrives")
def write_after_its_own(bluelet: Implementation) -> None:
    """What a file's own `write` has been given SHOULD arrive before what `write` writes then.

    Source: ruling: what a program writes is in the order in which it writes it.
    """
    seen: list[str] = []
    pipes = [os.pipe(), os.pipe()]

    def root() -> Coroutine:
        with os.fdopen(pipes[0][1], "wb") as file:
            file.write(b"first, ")
            yield bluelet.write(file, b"second, ")
            file.write(b"third")
        with os.fdopen(pipes[1][1], "w") as file:
            file.write("first, ")
            yield bluelet.write(file, "second, ")
            file.write("third")
        seen.append("written")

    bluelet.run(root())
    arrived = [os.read(reader, 1024) for reader, _ in pipes]
    for reader, _ in pipes:
        os.close(reader)

    assert seen == ["written"]
    assert arrived == [b"first, second, third"] * 2


@should("files.write-arrives")
def write_to_a_regular_file(bluelet: Implementation) -> None:
    """`write` to a regular file SHOULD write all of its data, one after the other.

    Source: ruling, as for a pipe.
    """
    seen: list[bytes] = []
    data = bytes(range(256)) * 1000

    def root() -> Coroutine:
        with tempfile.TemporaryFile() as file:
            yield bluelet.write(file, data)
            yield bluelet.write(file, b"the end")
            file.seek(0)
            seen.append(file.read())

    bluelet.run(root())

    assert seen == [data + b"the end"]


@should("files.write-arrives")
def write_of_the_wrong_type(bluelet: Implementation) -> None:
    """`write` of text where bytes belong, or the other way round, SHOULD raise `TypeError`.

    It raises in the thread that does it.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    refused: list[str] = []
    pipes = [os.pipe(), os.pipe()]

    def attempt(descriptor: int, mode: str, data: object) -> Coroutine:
        with os.fdopen(descriptor, mode) as file:
            try:
                yield bluelet.write(file, data)
            except TypeError:
                refused.append(mode)

    def root() -> Coroutine:
        yield bluelet.call(attempt(pipes[0][1], "wb", "text"))
        yield bluelet.call(attempt(pipes[1][1], "w", b"bytes"))

    bluelet.run(root())
    for reader, _ in pipes:
        os.close(reader)

    assert refused == ["wb", "w"]


@should("files.write-arrives")
def write_to_nobody(bluelet: Implementation) -> None:
    """`write` to a pipe that nobody reads from any more SHOULD raise `OSError` at its `yield`.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    caught: list[OSError] = []
    reader, writer = os.pipe()
    os.close(reader)

    def root() -> Coroutine:
        with os.fdopen(writer, "wb", buffering=0) as file:
            try:
                yield bluelet.write(file, b"some data")
            except OSError as error:
                caught.append(error)

    bluelet.run(root())

    assert len(caught) == 1


@may("ends its thread alone", "ends the run", presupposes=("files.write-to-nobody",))
def uncaught_failure(bluelet: Implementation) -> str:
    """What a `write` to nobody raises MAY, if nobody catches it, end its thread alone, or the run.

    Source: ruling: a pipe may be taken for a connection, whose peer's disconnect ends a thread
    quietly, or for a file, whose errors are like any others.
    """
    raised: list[BaseException | None] = []
    reader, writer = os.pipe()
    os.close(reader)

    def child() -> Coroutine:
        with os.fdopen(writer, "wb", buffering=0) as file:
            yield bluelet.write(file, b"some data")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)

    raised.append(raised_by(bluelet.run, root()))

    assert raised[0] is None or isinstance(raised[0], OSError)
    return "ends the run" if raised[0] else "ends its thread alone"


@should("files.read-holds-up-nobody", "files.write-arrives")
def stays_blocking(bluelet: Implementation) -> None:
    """A file SHOULD be left in blocking mode by `read` and `write`, also while a thread waits.

    Its mode is that of all who share the file: the program's other uses of it, and other processes.

    Source: ruling: what a program does not hand over is its own.
    """
    seen: list[bool] = []
    reader, writer = os.pipe()

    def child() -> Coroutine:
        with os.fdopen(writer, "wb", buffering=0) as file:
            for _ in range(5):
                yield bluelet.sleep(0.001)
            seen.append(os.get_blocking(reader))
            yield bluelet.write(file, b"x")
            seen.append(os.get_blocking(writer))

    def root() -> Coroutine:
        with os.fdopen(reader, "rb", buffering=0) as file:
            yield bluelet.spawn(child())
            yield bluelet.read(file, 1)
            seen.append(os.get_blocking(reader))

    bluelet.run(root())

    assert seen == [True] * 3


@should("files.read-holds-up-nobody", "files.write-arrives")
def one_read_and_written(bluelet: Implementation) -> None:
    """While a thread reads from a file, another SHOULD be able to write to it.

    So a program talks to a device: one thread waits for its answer, and another asks.

    Source: ruling: threads do not know of each other, and none may be forgotten for another.
    """
    seen: list[object] = []
    one, other = socket.socketpair()
    other.settimeout(PATIENCE)

    def child(file: IO[bytes]) -> Coroutine:
        seen.append((yield bluelet.read(file, 100)))

    def root() -> Coroutine:
        with os.fdopen(one.detach(), "r+b", buffering=0) as file:
            thread = child(file)
            yield bluelet.spawn(thread)
            yield bluelet.sleep(0.01)
            yield bluelet.write(file, b"question")
            seen.append(received(other, 8))
            other.sendall(b"answer")
            yield bluelet.join(thread)

    bluelet.run(root())
    other.close()

    assert seen == [b"question", b"answer"]


@may("taken", "refused")
def bare_descriptors(bluelet: Implementation) -> str:
    """`read` MAY take a bare descriptor, an int, in place of a file.

    Source: observed: the original wants an object with `read`.
    """
    answers: list[str] = []
    reader, writer = os.pipe()
    os.write(writer, b"some data")

    def attempt() -> Coroutine:
        try:
            data = yield bluelet.read(reader, 1024)
        except Exception:
            answers.append("refused")
        else:
            answers.append("taken" if data == b"some data" else "refused")

    def root() -> Coroutine:
        yield bluelet.call(attempt())

    try:
        bluelet.run(root())
    except Exception:
        answers.append("refused")
    os.close(reader)
    os.close(writer)

    return answers[0]
