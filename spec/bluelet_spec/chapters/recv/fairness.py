"""Receiving and the turns of others.

A connection that always has data is no reason for others to wait, and neither are data that have
been received before. Nor do threads that are always ready keep one waiting for which data have
come. *In time* is, as the chapter on fairness says, before any one other thread has had a thousand
more turns.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must
from bluelet_spec.probe import TURNS, Coroutine, block
from bluelet_spec.wire import close, connected


@must("recv.suspends-only-its-thread", "null.lets-others-run", "run.one-thread-at-a-time")
def nulls_starve_no_reader(bluelet: Implementation) -> None:
    """While a thread keeps yielding `null()`, one whose data has come MUST have its turn in time.

    Source: README, Basic Usage, `null`: to "give other green threads a chance to get work done";
    The "Echo" Server: "When a socket event happens, the coroutine is resumed".
    """
    seen: list[str] = []
    steps: list[int] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield bluelet.spawn(reader(connection))
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"data")
        while "received" not in seen and len(steps) < TURNS:
            steps.append(len(steps))
            yield bluelet.null()
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert "received" in seen
    assert len(steps) < TURNS


@must("recv.whole-and-in-order", "recv.suspends-only-its-thread")
def always_ready_starves_nobody(bluelet: Implementation) -> None:
    """While a thread receives what is there already, every other MUST have its turn in time.

    It is so for a thread that is ready, for one whose sleep is over, and for one for which data has
    come.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed"; The "Echo" Server: code that "acts concurrent".
    """
    seen: list[str] = []
    reads: list[bytes] = []

    def sleeper() -> Coroutine:
        seen.append("waits")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def worker() -> Coroutine:
        seen.append("starts")
        yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        quiet, sender = yield from connected(bluelet)
        busy, peer = yield from connected(bluelet)
        peer.sendall(b"x" * 2 * TURNS)
        for thread in (sleeper(), reader(quiet)):
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.spawn(worker())
        while "starts" not in seen:
            yield bluelet.null()
        sender.sendall(b"data")
        block(0.05)
        while not {"wakes", "received", "works"} <= set(seen) and len(reads) < TURNS:
            reads.append((yield busy.recv(1)))
        for sock in (sender, busy, peer):
            close(sock)
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        close(quiet)

    bluelet.run(root())

    assert "wakes" in seen
    assert "received" in seen
    assert "works" in seen
    assert len(reads) < TURNS


@must("recv.always-ready-starves-nobody", "recv.buffered-without-waiting")
def buffered_starves_nobody(bluelet: Implementation) -> None:
    """While a thread receives what a `readline` left, every other MUST have its turn in time.

    It is so for a thread that is ready, for one whose sleep is over, and for one for which data has
    come.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed"; The "Echo" Server: code that "acts concurrent".
    """
    seen: list[str] = []
    reads: list[bytes] = []

    def sleeper() -> Coroutine:
        seen.append("waits")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def worker() -> Coroutine:
        seen.append("starts")
        yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        quiet, sender = yield from connected(bluelet)
        busy, peer = yield from connected(bluelet)
        peer.sendall(b"a line\n" + b"x" * (TURNS + 20))
        yield busy.readline()
        for thread in (sleeper(), reader(quiet)):
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.spawn(worker())
        while "starts" not in seen:
            yield bluelet.null()
        sender.sendall(b"data")
        block(0.05)
        while not {"wakes", "received", "works"} <= set(seen) and len(reads) < TURNS:
            reads.append((yield busy.recv(1)))
        for sock in (sender, busy, peer):
            close(sock)
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        close(quiet)

    bluelet.run(root())

    assert "wakes" in seen
    assert "received" in seen
    assert "works" in seen
    assert len(reads) < TURNS
