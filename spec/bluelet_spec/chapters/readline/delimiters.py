"""What a delimiter is, and what is none.

It is bytes, as data is, though the README writes its newline as one did when both were `str`. Empty
bytes are a mistake, and text is one where it is not taken for its bytes, whether or not there is a
line that they could have been searched for in.
"""

from typing import Any

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, finished, raised_by
from bluelet_spec.wire import close, connected


@must("readline.up-to-newline")
def delim_as_first_argument(bluelet: Implementation) -> None:
    """`readline(delim)` MUST return what comes up to `delim`, and that, whatever bytes it is.

    What comes beyond it, and how it is cut into packets, is the affair of other clauses.

    Source: README, Basic Usage, `readline`: "where lines are delimited by `delim`".
    """
    texts = {b"\r\n": b"one\ntwo\r\n", b"\0": b"three\n\0", b"--": b"four-\n-five--"}
    lines: list[bytes] = []

    def root() -> Coroutine:
        for delim, text in texts.items():
            connection, peer = yield from connected(bluelet)
            peer.sendall(text)
            peer.close()
            lines.append((yield connection.readline(delim)))
            close(connection)

    bluelet.run(root())

    assert lines == list(texts.values())


@must("readline.up-to-newline")
def delim_as_keyword(bluelet: Implementation) -> None:
    r"""The delimiter MUST be accepted as an argument that is named `delim`.

    Source: README, Basic Usage: `conn.readline(delim="\n")`.
    """
    lines: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"one\ntwo\r\n")
        peer.close()
        lines.append((yield connection.readline(delim=b"\r\n")))
        close(connection)

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
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen in ([b"one\ntwo\r\n"], ["refused"])
    return "refused" if seen == ["refused"] else "accepted"


@should("readline.delim-as-first-argument", "readline.bad-delimiter-spares-others")
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
        close(connection)

    for data in (b"", b"a line\n"):
        bluelet.run(root(data))

    assert seen == ["refused", "refused"]


@may(
    "refused",
    "accepted",
    presupposes=(
        "readline.delim-as-first-argument",
        "readline.bad-delimiter-spares-others",
    ),
)
def delim_of_text(bluelet: Implementation) -> str:
    r"""A delimiter that is a `str` MAY be refused by a `TypeError`, or taken for its bytes.

    Source: observed: refused by all known implementations; README, Basic Usage:
    `conn.readline(delim="\n")`, from when both were `str`.
    """
    seen: list[bytes | str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nmore")
        try:
            seen.append((yield connection.readline("\n")))
        except TypeError:
            seen.append("refused")
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen in (["refused"], [b"a line\n"])
    return "refused" if seen == ["refused"] else "accepted"


@should("readline.end-of-stream", "run.waits-for-every-thread", "fairness.naps-starve-nobody")
def bad_delimiter_spares_others(bluelet: Implementation) -> None:
    """A delimiter that is none SHOULD NOT affect other threads.

    Source: ruling; README, The "Echo" Server: code that "looks sequential but acts concurrent".
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
        close(connection)

    for mistake in ("\n", b"", None, 10):
        del seen[:]
        raised_by(bluelet.run, root(mistake))

        assert sorted(seen) == ["bystander", "root", "tries"], mistake
