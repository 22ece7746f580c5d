"""`readline` receives up to and with a delimiter.

A line is what comes up to the first delimiter, and the delimiter with it: whoever gets a line
without one knows that the stream has ended. *The lines, and what `recv` gets between them, are the
stream, whole and in order*, however it is cut into packets: a delimiter may come in pieces, and
many lines at once. What has come beyond the line is kept for whatever asks next, which may name
another delimiter.

Data is bytes, and so is a delimiter, though the README writes its newline as one did when both were
`str`. All else is as with `recv`: only the thread that asks waits, failures raise at its `yield`,
and lines that are there already starve nobody.

Left open: a buffer's size as a further argument, and a limit to the length of a line; delimiters
that are neither bytes nor text; which of several threads that read lines from one connection gets
which. That the cost of a line is linear in its length is for benchmarks.
"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import EXAMPLES, TURNS, Coroutine, block, finished, raised_by
from bluelet_spec.wire import connected, connected_by_tcp, reset


def _made_of(*parts: bytes, size: int = 8) -> st.SearchStrategy[bytes]:
    """Return the strategy for bytes that are made of up to `size` parts."""
    return st.lists(st.sampled_from(parts), min_size=1, max_size=size).map(b"".join)


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
        connection.close()

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
        connection.close()

    bluelet.run(root())

    assert lines == [b"one\n", b"two\n", b"three\n"]


@must("readline.several-at-once")
def empty_lines(bluelet: Implementation) -> None:
    """A line of nothing but its delimiter MUST be returned like any other.

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
        connection.close()

    bluelet.run(root())

    assert lines == [b"\n", b"\n", b"one\n", b"\n"]


@must("readline.up-to-newline")
def end_of_stream(bluelet: Implementation) -> None:
    """At the end of the stream `readline` MUST return `b""`, as often as it is asked.

    Source: README, Basic Usage, `readline`; The "Echo" Server: "if not data: break".
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\n")
        peer.close()
        for _ in range(4):
            lines.append((yield connection.readline()))
        connection.close()

    bluelet.run(root())

    assert lines == [b"a line\n", b"", b"", b""]


@must("readline.end-of-stream")
def end_of_stream_within_a_line(bluelet: Implementation) -> None:
    """What comes after the last delimiter MUST be returned once the stream has ended.

    Source: README, Basic Usage, `readline`: "Read a line of data from the connection"; what was
    sent is not lost for want of a delimiter.
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nand a half")
        peer.close()
        for _ in range(4):
            lines.append((yield connection.readline()))
        connection.close()

    bluelet.run(root())

    assert lines == [b"a line\n", b"and a half", b"", b""]


@must("readline.up-to-newline")
def delim_as_first_argument(bluelet: Implementation) -> None:
    """`readline(delim)` MUST return what comes up to `delim`, and that, whatever bytes it is.

    Source: README, Basic Usage, `readline`: "where lines are delimited by `delim`".
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"one\ntwo\r\n three\0 four--five--")
        peer.close()
        lines.append((yield connection.readline(b"\r\n")))
        lines.append((yield connection.readline(b"\0")))
        lines.append((yield connection.readline(b"--")))
        lines.append((yield connection.readline(b"-")))
        connection.close()

    bluelet.run(root())

    assert lines == [b"one\ntwo\r\n", b" three\0", b" four--", b"five-"]


@must("readline.up-to-newline")
def delim_as_keyword(bluelet: Implementation) -> None:
    """The delimiter MUST be accepted as an argument that is named `delim`.

    Source: README, Basic Usage, `readline`: "conn.readline(delim=...)".
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"one\ntwo\r\n")
        peer.close()
        lines.append((yield connection.readline(delim=b"\r\n")))
        connection.close()

    bluelet.run(root())

    assert lines == [b"one\ntwo\r\n"]


@may("accepted", "refused", presupposes=("readline.delim-as-first-argument",))
def terminator_as_keyword(bluelet: Implementation) -> str:
    """The delimiter MAY be accepted as an argument that is named `terminator`, too.

    Source: observed: accepted by all known implementations; the README does not know the name.
    """
    seen: list[bytes | str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"one\ntwo\r\n")
        try:
            seen.append((yield connection.readline(terminator=b"\r\n")))
        except TypeError:
            seen.append("refused")
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen in ([b"one\ntwo\r\n"], ["refused"])
    return "refused" if seen == ["refused"] else "accepted"


@must("readline.delim-as-first-argument", "readline.several-at-once", "fairness.naps-starve-nobody")
def split_anywhere(bluelet: Implementation) -> None:
    """Wherever a packet ends, even within a delimiter, `readline` MUST return the same lines.

    Source: README, Basic Usage, `readline`: "lines are delimited by `delim`", and packets are not
    lines.
    """
    lines: list[bytes] = []

    def reader(connection: Any, delim: bytes) -> Coroutine:
        for _ in range(2):
            lines.append((yield connection.readline(delim)))

    def root(text: bytes, cut: int, delim: bytes) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection, delim)
        yield bluelet.spawn(thread)
        for packet in (text[:cut], text[cut:]):
            peer.sendall(packet)
            for _ in range(3):
                yield bluelet.sleep(0)
        peer.close()
        while not finished(thread):
            yield bluelet.sleep(0)
        connection.close()

    for delim in (b"\n", b"\r\n", b"-=-=-"):
        text = b"one" + delim + b"two" + delim
        for cut in range(1, len(text)):
            del lines[:]
            bluelet.run(root(text, cut, delim))

            assert lines == [b"one" + delim, b"two" + delim], cut


@must("readline.split-anywhere", "readline.end-of-stream-within-a-line", "join.waits")
def any_delimiters(bluelet: Implementation) -> None:
    """`readline` MUST return what comes up to the first occurrence of the delimiter of that call.

    Here are few letters, so that delimiters begin often and end seldom, and overlap; each call
    names another; and the packets end anywhere.

    Source: README, Basic Usage, `readline`: "lines are delimited by `delim`".
    """

    @EXAMPLES
    @given(
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
            connection.close()

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
    "recv.whole-and-in-order",
    "recv.buffered-first",
    "join.waits",
)
def mixed_with_recv(bluelet: Implementation) -> None:
    """What `readline` and `recv` return in turn MUST be the stream, whole, once and in order.

    Source: README, Basic Usage: `recv` and `readline` both read data "from the connection".
    """

    @EXAMPLES
    @given(
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
            connection.close()

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


@must("readline.up-to-newline", "join.waits", "fairness.naps-starve-nobody")
def very_long(bluelet: Implementation) -> None:
    """A line of a megabyte MUST be returned whole.

    Source: README, Basic Usage, `readline`: "Read a line of data", and no line is too long.
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
                yield bluelet.sleep(0)
        yield bluelet.join(thread)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert len(lines) == 1
    assert lines[0] == text


@must("readline.up-to-newline", "sleep.never-early", "join.waits", "fairness.naps-starve-nobody")
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
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", *["tick"] * 100, "slept", b"half a line\n"]


@must("readline.up-to-newline", "kill.sleeping", "fairness.naps-starve-nobody")
def killed_within_a_line(bluelet: Implementation) -> None:
    """The part of a line that a thread waited for when it was killed MUST be there for the next.

    Source: README, Basic Usage, `kill`: it aborts "a previously-spawned thread", and nothing that
    others read from its connection.
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
        connection.close()

    bluelet.run(root())

    assert seen == ["waits", "killed", b"half a line\n"]


@should("readline.end-of-stream", "kill.finishing-spares-others", "fairness.naps-starve-nobody")
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
        connection.close()

    for turns in range(5):
        del lines[:]
        bluelet.run(root(turns))

        assert lines == [b"a line\n", b""], turns


@should("readline.several-at-once")
def unyielded_takes_nothing(bluelet: Implementation) -> None:
    """A `readline` that is made and not yielded SHOULD take nothing of what is there.

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
        connection.close()

    bluelet.run(root())

    assert lines == [b"one\n", b"two\n"]


@must("readline.up-to-newline", "connect.gives-a-connection")
def never_none(bluelet: Implementation) -> None:
    """When the peer resets the connection within a line, `readline` MUST return bytes or raise.

    A program that handles the line, as the README's Web server does, expects nothing else.

    Source: README, Basic Usage, `readline`: "Read a line of data from the connection".
    """
    seen: list[object] = []

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"half a ")
        reset(peer)
        try:
            seen.append((yield connection.readline()))
        except Exception:
            seen.append(b"it raised")
        connection.close()

    bluelet.run(root())

    assert [type(line) for line in seen] == [bytes]


@should("readline.never-none", "recv.reset-raises")
def reset_raises(bluelet: Implementation) -> None:
    """When the peer resets the connection within a line, `readline` SHOULD raise `OSError`.

    It does so at its `yield`.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            seen.append((yield connection.readline()))
        except OSError:
            seen.append("reset")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"half a ")
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        yield bluelet.join(thread)
        connection.close()

    bluelet.run(root())

    assert seen == ["waits", "reset"]


@should("readline.delim-as-first-argument")
def empty_delimiter(bluelet: Implementation) -> None:
    """`readline(b"")` SHOULD raise `ValueError`, whether there is data or not.

    Source: ruling: bad arguments raise in the thread that made them; observed: so in all known
    implementations.
    """
    seen: list[str] = []

    def root(data: bytes) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(data)
        peer.close()
        try:
            yield connection.readline(b"")
        except ValueError:
            seen.append("refused")
        connection.close()

    for data in (b"", b"a line\n"):
        bluelet.run(root(data))

    assert seen == ["refused", "refused"]


@should("readline.delim-as-first-argument")
def delimiter_of_text(bluelet: Implementation) -> None:
    """A delimiter that is a `str` SHOULD raise `TypeError`, whether there is data or not.

    Source: ruling: bad arguments raise in the thread that made them; observed: so in all known
    implementations.
    """
    seen: list[str] = []

    def root(data: bytes) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(data)
        peer.close()
        try:
            yield connection.readline("\n")
        except TypeError:
            seen.append("refused")
        connection.close()

    for data in (b"", b"a line\n"):
        bluelet.run(root(data))

    assert seen == ["refused", "refused"]


@must("readline.end-of-stream", "fairness.naps-starve-nobody")
def bad_delimiter_spares_others(bluelet: Implementation) -> None:
    """A delimiter that is none MUST NOT affect other threads.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def careless(connection: Any, mistake: object) -> Coroutine:
        seen.append("tries")
        try:
            yield connection.readline(mistake)
        except Exception:
            pass

    def bystander() -> Coroutine:
        for _ in range(10):
            yield bluelet.sleep(0)
        seen.append("bystander")

    def root(mistake: object) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"data")
        peer.close()
        yield bluelet.spawn(bystander())
        thread = careless(connection, mistake)
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.sleep(0)
        seen.append("root")
        connection.close()

    for mistake in ("\n", b"", None, 10):
        del seen[:]
        raised_by(bluelet.run, root(mistake))

        assert sorted(seen) == ["bystander", "root", "tries"], mistake


@must("readline.several-at-once", "spawn.both-run", "sleep.never-early")
def lines_starve_nobody(bluelet: Implementation) -> None:
    """While a thread reads lines that are there already, every other MUST have its turn.

    A thread that is ready, one whose sleep is over and one for which a line has come have it before
    the other has had a thousand more.

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
        for _ in range(3):
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
        sender.sendall(b"a line\n")
        block(0.05)
        while not {"wakes", "received", "works"} <= set(seen) and len(lines) < TURNS:
            lines.append((yield busy.readline()))
        for sock in (sender, busy, peer):
            sock.close()
        while "received" not in seen:
            yield bluelet.sleep(0.001)
        quiet.close()

    bluelet.run(root())

    assert {"wakes", "received", "works"} <= set(seen)
    assert len(lines) < TURNS
