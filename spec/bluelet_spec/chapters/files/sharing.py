"""Files that others use as well, and what may stand for a file.

A file is the program's, and other threads and processes may have it, too.
"""

import os
import socket
from typing import IO

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import Coroutine
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
