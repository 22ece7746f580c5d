"""What a line is.

A line is what comes up to the first delimiter, and the delimiter with it: whoever gets a line
without one knows that the stream has ended. It may be empty but for its delimiter, or very long.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import close, connected


@must()
def up_to_newline(bluelet: Implementation) -> None:
    """Unless it is told otherwise, `readline` MUST return what comes up to a newline, and that.

    Source: README, Basic Usage, `readline`: "lines are delimited by `delim`", which is a newline.
    """
    lines: list[object] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\n")
        peer.close()
        lines.append((yield connection.readline()))
        close(connection)

    bluelet.run(root())

    assert lines == [b"a line\n"]
    assert isinstance(lines[0], bytes)


@must("readline.up-to-newline")
def several_at_once(bluelet: Implementation) -> None:
    """Of several lines that come together `readline` MUST return one, and keep the others.

    Source: README, Basic Usage, `readline`: "Read a line of data".
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"one\ntwo\nthree\n")
        peer.close()
        for _ in range(3):
            lines.append((yield connection.readline()))
        close(connection)

    bluelet.run(root())

    assert lines == [b"one\n", b"two\n", b"three\n"]


@must("readline.several-at-once")
def empty_lines(bluelet: Implementation) -> None:
    """A line that is its delimiter alone MUST be returned like any other.

    A program tells it so from the end of the stream.

    Source: README, Basic Usage, `readline`: "lines are delimited by `delim`".
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"\n\none\n\n")
        peer.close()
        for _ in range(4):
            lines.append((yield connection.readline()))
        close(connection)

    bluelet.run(root())

    assert lines == [b"\n", b"\n", b"one\n", b"\n"]


@must("readline.up-to-newline")
def end_of_stream(bluelet: Implementation) -> None:
    """At the end of the stream `readline` MUST return `b""`, as often as it is asked.

    Source: README, The "Echo" Server: "if not data: break"; so do programs by lines: beets' `bpd`
    leaves its loop at a line that is empty.
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\n")
        peer.close()
        for _ in range(4):
            lines.append((yield connection.readline()))
        close(connection)

    bluelet.run(root())

    assert lines == [b"a line\n", b"", b"", b""]


@must("readline.end-of-stream")
def end_of_stream_within_a_line(bluelet: Implementation) -> None:
    """What comes after the last delimiter MUST be returned once the stream has ended.

    Source: README, Basic Usage, `readline`: "Read a line of data from the connection"; the program
    cluster-workers knows by it that its peer has gone, for want of the delimiter in what it gets.
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"half a line")
        peer.close()
        for _ in range(3):
            lines.append((yield connection.readline()))
        close(connection)

    bluelet.run(root())

    assert lines == [b"half a line", b"", b""]


@should("readline.suspends-only-its-thread", "sleep.suspends-only-its-thread")
def very_long(bluelet: Implementation) -> None:
    """A line of a megabyte SHOULD be returned whole.

    Source: ruling; README, Basic Usage, `readline`: "Read a line of data", and no line is too long.
    """
    text = b"0123456789abcdef" * 65536 + b"\n"
    lines: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        lines.append((yield connection.readline()))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.setblocking(False)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        sent = 0
        while sent < len(text):
            try:
                sent += peer.send(text[sent : sent + 65536])
            except BlockingIOError:
                yield bluelet.sleep(0.001)
        yield bluelet.join(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert len(lines) == 1
    assert lines[0] == text


@should("readline.very-long")
def in_linear_time(bluelet: Implementation) -> None:
    """The work of `readline` SHOULD grow with the length of the line, and not with its square.

    So it does where all that has come of the line is copied, or searched through, each time that
    more of it comes: a line of twenty megabytes, which comes in thousands of pieces, is then worth
    tens of gigabytes. Such a line has to be read within the CPU time that a clause is given.

    Source: ruling: a thread that computes holds up the others.
    """
    size = 20_000_000
    lines: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        lines.append((yield connection.readline()))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.setblocking(False)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        text = memoryview(b"x" * size + b"\n")
        sent = 0
        while sent < len(text):
            try:
                sent += peer.send(text[sent : sent + 65536])
            except BlockingIOError:
                yield bluelet.sleep(0.001)
        yield bluelet.join(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert [len(line) for line in lines] == [size + 1]


@must("readline.several-at-once")
def unyielded_takes_nothing(bluelet: Implementation) -> None:
    """A `readline` that is made and not yielded MUST NOT take anything of what is there.

    Source: README, Basic Usage: "every `yield` statement sends an 'event' object to the Bluelet
    scheduler"; what is not sent cannot act.
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"one\ntwo\n")
        peer.close()
        for _ in range(2):
            connection.readline()
            lines.append((yield connection.readline()))
        close(connection)

    bluelet.run(root())

    assert lines == [b"one\n", b"two\n"]
