"""What `close` does.

It is no event: a program calls it, and it has happened, within a run or after it. What was sent
before arrives, and then the peer sees the end of the stream. To close what is closed does nothing.
"""

from socket import socket
from typing import Any

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import Coroutine, finished
from bluelet_spec.wire import connected, free_port, loopback, receive, received


def _is_open(peer: socket) -> bool:
    """Return whether a plain socket has not been told of the end of the stream."""
    peer.setblocking(False)
    try:
        return peer.recv(1) != b""
    except BlockingIOError:
        return True


@should(methods=("Connection.close",))
def at_once(bluelet: Implementation) -> None:
    """`connection.close()` SHOULD end the stream for the peer at once, without being yielded.

    Source: observed: so do all known implementations. The README has no word on it.
    """
    ends: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        connection.close()
        ends.append(peer.recv(1))
        peer.close()

    bluelet.run(root())

    assert ends == [b""]


@should("close.at-once")
def what_was_sent_arrives(bluelet: Implementation) -> None:
    """Where nothing is left to receive, what was sent before `close` SHOULD arrive, then the end.

    Where the connection has not received all that the peer sent, the system may tell the peer of a
    reset instead (`recv.unread-at-the-close`).

    Source: observed: so do all known implementations, and so does a socket.
    """
    arrived: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield connection.sendall(b"a last word")
        connection.close()
        arrived.append(received(peer, 100))
        peer.close()

    bluelet.run(root())

    assert arrived == [b"a last word"]


@should("close.at-once")
def twice(bluelet: Implementation) -> None:
    """To close a connection again SHOULD have no effect.

    Source: observed: so do all known implementations. A handler of `server` relies on it, whose
    connection is closed after it.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(3):
            connection.close()
            seen.append("closed")
            yield bluelet.null()
        peer.close()

    bluelet.run(root())

    assert seen == ["closed"] * 3


@should("listener.listens-when-made", methods=("Listener.close",))
def listener_twice(bluelet: Implementation) -> None:
    """To close a listener again SHOULD have no effect.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        for _ in range(3):
            listener.close()
            seen.append("closed")
            yield bluelet.null()

    bluelet.run(root())

    assert seen == ["closed"] * 3


@should("close.at-once", "recv.suspends-only-its-thread", "run.waits-for-every-thread")
def after_the_run(bluelet: Implementation) -> None:
    """A connection SHOULD be closed by `close` after the run in which it was waited for, too.

    Source: observed: so do all known implementations. `finally` blocks may run that late.
    """
    ends: list[tuple[Any, socket]] = []
    seen: list[bytes] = []

    def receiver(connection: Any) -> Coroutine:
        seen.append((yield from receive(connection, 4)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        ends.append((connection, peer))
        yield bluelet.spawn(receiver(connection))
        yield bluelet.sleep(0.001)
        peer.sendall(b"data")

    bluelet.run(root())

    [(connection, peer)] = ends
    connection.close()
    assert seen == [b"data"]
    assert peer.recv(1) == b""
    peer.close()


@may(
    "open",
    "closed",
    presupposes=(
        "close.at-once",
        "fairness.naps-starve-nobody",
    ),
)
def when_its_thread_ends(bluelet: Implementation) -> str:
    """A connection that nobody closes MAY be open or closed once the thread that made it has ended.

    Source: observed: the original leaves it open, as long as somebody holds it; only `server`
    closes the connections that it makes.
    """
    ends: list[tuple[Any, socket]] = []
    seen: list[str] = []

    def opener() -> Coroutine:
        ends.append((yield from connected(bluelet)))

    def root() -> Coroutine:
        thread = opener()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.sleep(0)
        [(connection, peer)] = ends
        seen.append("open" if _is_open(peer) else "closed")
        connection.close()
        peer.close()

    bluelet.run(root())

    [choice] = seen
    return choice
