"""Files that others use as well, and what may stand for a file.

A file is the program's, and other threads and processes may have it, too.
"""

import os
import socket
from typing import IO, Any

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import Coroutine, raised_by
from bluelet_spec.wire import PATIENCE, received, until_there_are


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


@should("files.read-holds-up-nobody", "files.write-arrives", "sleep.suspends-only-its-thread")
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
            yield bluelet.spawn(child(file))
            yield bluelet.sleep(0.01)
            yield bluelet.write(file, b"question")
            seen.append(received(other, 8))
            other.sendall(b"answer")
            yield from until_there_are(bluelet, 2, seen)

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


@should("files.read-to-the-end", "kill.deep-in-calls", "closing.before-the-killer-goes-on")
def killed_reader_loses_nothing(bluelet: Implementation) -> None:
    """What a `read` has read when its thread is killed SHOULD be there for the next `read`.

    Source: ruling: a thread that is killed takes nothing with it that others can use.
    """
    seen: list[bytes] = []
    reader, writer = os.pipe()

    def child(file: Any) -> Coroutine:
        yield bluelet.read(file)

    def root() -> Coroutine:
        with os.fdopen(reader, "rb", buffering=0) as file:
            thread = child(file)
            yield bluelet.spawn(thread)
            os.write(writer, b"one half, ")
            for _ in range(100):  # By then it is read, unless it is read at the end alone.
                yield bluelet.sleep(0)
            yield bluelet.kill(thread)
            os.write(writer, b"the other half")
            os.close(writer)
            seen.append((yield bluelet.read(file)))

    bluelet.run(root())

    assert seen == [b"one half, the other half"]


@should("files.write-holds-up-nobody", "run.one-thread-at-a-time")
def writes_do_not_interleave(bluelet: Implementation) -> None:
    """What one thread writes to a pipe SHOULD be written whole before another thread's data.

    Source: ruling: as for several senders on a connection, whose data are each in one piece.
    """
    arrived: list[bytes] = []
    reader, writer = os.pipe()
    size = 300_000

    def child(file: Any, data: bytes) -> Coroutine:
        yield bluelet.write(file, data)

    def root() -> Coroutine:
        with os.fdopen(writer, "wb", buffering=0) as file:
            threads = [child(file, b"a" * size), child(file, b"b" * size)]
            for thread in threads:
                yield bluelet.spawn(thread)
            with os.fdopen(reader, "rb", buffering=0) as other_end:
                while sum(map(len, arrived)) < 2 * size:
                    arrived.append((yield bluelet.read(other_end, 65536)))
            for thread in threads:
                yield bluelet.join(thread)

    bluelet.run(root())

    data = b"".join(arrived)
    assert data in (b"a" * size + b"b" * size, b"b" * size + b"a" * size)


@should("files.read-holds-up-nobody", "run.waits-for-every-thread", "sleep.zero-or-less")
def closed_under_its_reader(bluelet: Implementation) -> None:
    """When a program closes a file, who waits to read it SHOULD be told, or `run` raise.

    What it is told is free: an exception, or that the file has ended.

    Source: ruling: nobody waits for ever for what is no more.
    """
    seen: list[str] = []
    reader, writer = os.pipe()

    def child(file: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield bluelet.read(file, 1)
        except (OSError, ValueError):
            pass
        seen.append("goes on")

    def root() -> Coroutine:
        with os.fdopen(reader, "rb", buffering=0) as file:
            yield bluelet.spawn(child(file))
            while not seen:
                yield bluelet.sleep(0)
            yield bluelet.sleep(0)
        os.close(writer)

    raised = raised_by(bluelet.run, root())

    assert seen == ["waits", "goes on"] or raised is not None
