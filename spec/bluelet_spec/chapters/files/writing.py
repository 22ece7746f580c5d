"""What `write` writes, and how it fails.

All of it, in the order in which a program writes, whatever the pipe has room for.
"""

import os
import tempfile

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import Coroutine, raised_by


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


@should("files.write-arrives", "files.read-at-the-end", "run.waits-for-every-thread")
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


@should("files.write-of-text", "files.write-after-its-own")
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


@may(
    "ends its thread alone",
    "ends the run",
    presupposes=("files.write-to-nobody", "run.waits-for-every-thread"),
)
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
        yield bluelet.spawn(child())

    raised.append(raised_by(bluelet.run, root()))

    assert raised[0] is None or isinstance(raised[0], OSError)
    return "ends the run" if raised[0] else "ends its thread alone"


@should("files.write-arrives")
def write_lets_go_of_its_data(bluelet: Implementation) -> None:
    """Once its `yield` has returned, `write` SHOULD let go of its data.

    A buffer can be used again, and made smaller, only when nobody looks at it any longer.

    Source: ruling: what has been written is of no more use to anybody but its owner.
    """
    data = bytearray(b"some data")
    reader, writer = os.pipe()

    def root() -> Coroutine:
        with os.fdopen(writer, "wb", buffering=0) as file:
            yield bluelet.write(file, data)
            data.clear()

    raised = raised_by(bluelet.run, root())
    arrived = os.read(reader, 1024)
    os.close(reader)

    assert raised is None
    assert arrived == b"some data"
