"""What a `readline` received beyond its line.

It counts as received and not yet asked for: it comes before all that is newer, `recv` gives it
without waiting, and no more of it than was asked for.
"""

from typing import Any

from bluelet_spec.clause import Implementation, may, must
from bluelet_spec.probe import TURNS, Coroutine, finished
from bluelet_spec.wire import close, connected


@must("recv.end-of-stream", "readline.up-to-newline")
def buffered_first(bluelet: Implementation) -> None:
    """What came after the line of an earlier `readline` MUST be received before newer data.

    Both are there when they are asked for. An implementation that asks its socket first gives the
    newer data first.

    Source: README, Basic Usage, `recv`: "Receive data from the connection"; a stream has one order,
    whichever way it is read.
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest, ")
        yield connection.readline()
        peer.sendall(b"what is newer")
        peer.close()
        while not data or data[-1]:
            data.append((yield connection.recv(1024)))
        close(connection)

    bluelet.run(root())

    assert b"".join(data) == b"the rest, what is newer"


@must("recv.buffered-first", "kill.sleeping", "fairness.naps-starve-nobody")
def buffered_without_waiting(bluelet: Implementation) -> None:
    """`recv` MUST NOT wait for more where an earlier `readline` left data.

    Source: README, Basic Usage, `recv`: "Receive data from the connection"; here it is.
    """
    data: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        data.append((yield connection.recv(1024)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest")
        yield connection.readline()
        thread = reader(connection)
        yield bluelet.spawn(thread)
        for _ in range(TURNS):
            if not finished(thread):
                yield bluelet.sleep(0)
        if not finished(thread):
            yield bluelet.kill(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert len(data) == 1
    assert data[0]
    assert b"the rest".startswith(data[0])


@may("it alone", "newer data too", presupposes=("recv.buffered-first",))
def with_buffered_data(bluelet: Implementation) -> str:
    """What an earlier `readline` left MAY be received alone, or together with newer data.

    Source: observed: alone; the README does not say.
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"a line\nthe rest")
        yield connection.readline()
        peer.sendall(b", newer")
        data.append((yield connection.recv(1024)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert data[0]
    assert b"the rest, newer".startswith(data[0])
    return "it alone" if len(data[0]) <= len(b"the rest") else "newer data too"
