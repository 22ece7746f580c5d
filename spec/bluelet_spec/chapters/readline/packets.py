"""Lines do not depend on packets.

*The lines, and what `recv` gets between them, are the stream, whole and in order*, however it is
cut into packets: a delimiter may come in pieces, and many lines at once. What has come beyond the
line is kept for whatever asks next, which may name another delimiter.
"""

from typing import Any

from hypothesis import strategies as st

from bluelet_spec.clause import Implementation, must
from bluelet_spec.probe import Coroutine, for_any
from bluelet_spec.wire import close, connected, free_port, loopback, receive

_LETTERS = bytes(range(65, 91)) * 12_000


def _made_of(*parts: bytes, size: int = 8) -> st.SearchStrategy[bytes]:
    """Return the strategy for bytes that are made of up to `size` parts."""
    return st.lists(st.sampled_from(parts), min_size=1, max_size=size).map(b"".join)


@must(
    "readline.delim-as-first-argument",
    "readline.empty-lines",
    "readline.end-of-stream-within-a-line",
    "readline.suspends-only-its-thread",
)
def any_delimiters(bluelet: Implementation) -> None:
    """`readline` MUST return what comes up to the first occurrence of the delimiter of that call.

    Here are few letters, so that delimiters begin often and end seldom, and overlap; each call
    names another; and the packets end anywhere.

    Source: README, Basic Usage, `readline`: "lines are delimited by `delim`".
    """

    @for_any(
        packets=st.lists(_made_of(b"a", b"b"), max_size=8),
        delims=st.lists(_made_of(b"a", b"b", size=4), min_size=1, max_size=4),
    )
    def any_stream(packets: list[bytes], delims: list[bytes]) -> None:
        lines: list[bytes] = []

        def reader(connection: Any) -> Coroutine:
            while not lines or lines[-1]:
                lines.append((yield connection.readline(delims[len(lines) % len(delims)])))

        def root() -> Coroutine:
            connection, peer = yield from connected(bluelet)
            thread = reader(connection)
            yield bluelet.spawn(thread)
            for packet in packets:
                peer.sendall(packet)
                yield bluelet.sleep(0)
                yield bluelet.sleep(0)
            peer.close()
            yield bluelet.join(thread)
            close(connection)

        bluelet.run(root())

        _expect_lines(lines, b"".join(packets), delims)

    any_stream()


def _expect_lines(lines: list[bytes], text: bytes, delims: list[bytes]) -> None:
    expected: list[bytes] = []
    while not expected or expected[-1]:
        delim = delims[len(expected) % len(delims)]
        line = text[: text.index(delim) + len(delim)] if delim in text else text
        expected.append(line)
        text = text[len(line) :]
    assert lines == expected


@must(
    "readline.end-of-stream-within-a-line",
    "readline.suspends-only-its-thread",
    "recv.whole-and-in-order",
    "recv.buffered-first",
)
def mixed_with_recv(bluelet: Implementation) -> None:
    """What `readline` and `recv` return in turn MUST be the stream, whole, once and in order.

    Source: README, Basic Usage: `recv` and `readline` both read data "from the connection".
    """

    @for_any(
        packets=st.lists(_made_of(b"a", b"bcd", b"\n", b"e\nf"), max_size=8),
        sizes=st.lists(st.integers(0, 6), min_size=1, max_size=6),
    )
    def any_stream(packets: list[bytes], sizes: list[int]) -> None:
        data: list[tuple[int, bytes]] = []

        def reader(connection: Any) -> Coroutine:
            while not data or data[-1][1]:
                size = sizes[len(data) % len(sizes)]
                event = connection.recv(size) if size else connection.readline()
                data.append((size, (yield event)))
                yield bluelet.null()

        def root() -> Coroutine:
            connection, peer = yield from connected(bluelet)
            thread = reader(connection)
            yield bluelet.spawn(thread)
            for packet in packets:
                peer.sendall(packet)
                yield bluelet.sleep(0)
            peer.close()
            yield bluelet.join(thread)
            close(connection)

        bluelet.run(root())

        _expect_parts(data, b"".join(packets))

    any_stream()


def _expect_parts(data: list[tuple[int, bytes]], text: bytes) -> None:
    """Judge data, each with the size that it was asked for by, or 0 where it is a line."""
    assert b"".join(part for _, part in data) == text
    rest = text
    for size, part in data:
        if size:
            assert len(part) <= size
        else:
            assert part == rest[: rest.find(b"\n") + 1 or None]
        rest = rest[len(part) :]


@must(
    "readline.mixed-with-recv",
    "recv.buffered-without-waiting",
    "sendall.any-amounts",
    "connect.gives-a-connection",
    "listener.accept-gives-a-connection",
)
def any_lines_by_tcp(bluelet: Implementation) -> None:
    """What `sendall` sends over TCP, piece by piece, `readline` MUST return line by line.

    Some of the lines are longer than what is received at a time.

    Source: README, Basic Usage: `connect` gives a connection "usable for communication", `sendall`
    sends "until it is all sent", and `readline` reads "a line of data from the connection".
    """

    @for_any(
        lengths=st.lists(st.integers(0, 50) | st.integers(1000, 300_000), max_size=6),
        sizes=st.lists(st.sampled_from((1, 10, 1000, 100_000)), min_size=1, max_size=4),
        rest=st.integers(0, 2000),
    )
    def any_stream(lengths: list[int], sizes: list[int], rest: int) -> None:
        sent = [_LETTERS[:length] + b"\r\n" for length in lengths]
        lines: list[bytes] = []

        def sender(connection: Any) -> Coroutine:
            stream = memoryview(b"".join(sent) + _LETTERS[:rest])
            for size in sizes:
                yield connection.sendall(stream[:size].tobytes())
                stream = stream[size:]
            yield connection.sendall(stream.tobytes())

        def root() -> Coroutine:
            address = loopback(), free_port()
            listener = bluelet.Listener(*address)
            one = yield bluelet.connect(*address)
            other = yield listener.accept()
            close(listener)
            thread = sender(one)
            yield bluelet.spawn(thread)
            while len(lines) < len(sent):
                lines.append((yield other.readline(b"\r\n")))
            lines.append((yield from receive(other, rest)))
            yield bluelet.join(thread)
            close(one)
            close(other)

        bluelet.run(root())

        _expect_equal(lines, [*sent, _LETTERS[:rest]])

    any_stream()


def _expect_equal(lines: list[bytes], expected: list[bytes]) -> None:
    assert lines == expected
