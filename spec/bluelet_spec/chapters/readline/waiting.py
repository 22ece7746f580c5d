"""Threads that wait for a line, and the others.

Only the thread that asks waits. What had come for one that is killed is there for the next, be it a
part of a line or a whole one. Lines that are there already starve nobody; the chapter on fairness
says what *in time* means.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import TURNS, Coroutine, block, finished
from bluelet_spec.wire import close, connected, until_there_are


@must(
    "readline.up-to-newline",
    "sleep.never-early",
    "join.waits",
    "join.suspends-only-the-joiner",
    "fairness.naps-starve-nobody",
)
def suspends_only_its_thread(bluelet: Implementation) -> None:
    """While a thread waits for the rest of a line, every other thread MUST go on.

    Source: README, The "Echo" Server: a coroutine "temporarily suspends its execution", and "acts
    concurrent".
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.readline()))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"half a ")
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        for _ in range(100):
            yield bluelet.sleep(0)
            seen.append("tick")
        yield bluelet.sleep(0.01)
        seen.append("slept")
        peer.sendall(b"line\n")
        yield bluelet.join(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", *["tick"] * 100, "slept", b"half a line\n"]


@should("readline.suspends-only-its-thread", "kill.sleeping")
def killed_within_a_line(bluelet: Implementation) -> None:
    """The part of a line that a thread waited for when it was killed SHOULD be there for the next.

    Source: ruling; README, Basic Usage, `kill`: it aborts "a previously-spawned thread", and
    nothing that others read from its connection.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.readline()))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"half a ")
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0)
        yield bluelet.kill(thread)
        seen.append("killed")
        peer.sendall(b"line\n")
        peer.close()
        seen.append((yield connection.readline()))
        close(connection)

    bluelet.run(root())

    assert seen == ["waits", "killed", b"half a line\n"]


@should(
    "readline.killed-within-a-line",
    "readline.end-of-stream",
    "closing.before-the-killer-goes-on",
    "kill.finishing-spares-others",
)
def killed_as_a_line_comes(bluelet: Implementation) -> None:
    """A line that has come for a thread that is killed before it has it SHOULD NOT be lost.

    The killer cannot know what has come. So it kills here after any number of turns, and the next
    to read gets what the killed thread did not.

    Source: ruling; the chapter on `recv` has the same.
    """
    lines: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        lines.append((yield connection.readline()))

    def root(turns: int) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"a line\n")
        for _ in range(turns):
            yield bluelet.sleep(0)
        if not finished(thread):
            yield bluelet.kill(thread)
        peer.close()
        while not lines or lines[-1]:
            lines.append((yield connection.readline()))
        close(connection)

    for turns in range(40):
        del lines[:]
        bluelet.run(root(turns))

        assert lines == [b"a line\n", b""], turns


@should(
    "readline.several-at-once",
    "recv.several-readers-block-nobody",
    "sleep.suspends-only-its-thread",
)
def several_readers(bluelet: Implementation) -> None:
    """Lines that come at once SHOULD go to all the threads that wait for a line, one to each.

    The first thread receives them all and keeps one. The others need not wait for more to come.

    Source: ruling: what has come on a connection is there for whoever asks.
    """
    lines: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        lines.append((yield connection.readline()))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(3):
            yield bluelet.spawn(reader(connection))
        yield bluelet.sleep(0.001)
        peer.sendall(b"one\ntwo\nthree\n")
        yield from until_there_are(bluelet, 3, lines)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert sorted(lines) == [b"one\n", b"three\n", b"two\n"]


@must("readline.empty-lines", "readline.suspends-only-its-thread")
def lines_starve_nobody(bluelet: Implementation) -> None:
    """While a thread reads lines that are there already, every other MUST have its turn in time.

    It is so for a thread that is ready, for one whose sleep is over, and for one for which a line
    has come.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed"; The "Echo" Server: code that "acts concurrent".
    """
    seen: list[str] = []
    lines: list[bytes] = []

    def sleeper() -> Coroutine:
        seen.append("waits")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.readline()
        seen.append("received")

    def worker() -> Coroutine:
        seen.append("starts")
        yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        quiet, sender = yield from connected(bluelet)
        busy, peer = yield from connected(bluelet)
        peer.sendall(b"\n" * (TURNS + 20))
        yield busy.readline()
        for thread in (sleeper(), reader(quiet)):
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.null()
        yield bluelet.spawn(worker())
        while "starts" not in seen:
            yield bluelet.null()
        sender.sendall(b"a line\n")
        block(0.05)
        while not {"wakes", "received", "works"} <= set(seen) and len(lines) < TURNS:
            lines.append((yield busy.readline()))
        for sock in (sender, busy, peer):
            close(sock)
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        close(quiet)

    bluelet.run(root())

    assert "wakes" in seen
    assert "received" in seen
    assert "works" in seen
    assert len(lines) < TURNS
