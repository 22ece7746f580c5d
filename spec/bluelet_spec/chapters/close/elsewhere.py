"""What is closed where no thread has its turn, or where the scheduler is not asked.

A signal handler may close a connection while all threads wait, a forked child closes what it does
not need, and a program may close the socket that it made a connection of. Nobody waits for ever
who waits for what is no more, and nobody else notices.
"""

import os
import socket
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine, NotJudged, raised_by, signals
from bluelet_spec.wire import close, connected


@should("close.wakes-receivers")
def by_a_signal_handler(bluelet: Implementation) -> None:
    """A `close` by a signal handler SHOULD wake who waits on the connection, while all wait, too.

    It is how a program stops that has nothing to do but wait.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []
    waits: list[Any] = []

    def reader(connection: Any) -> Coroutine:
        waits.append(connection)
        try:
            yield connection.recv(1)
        except bluelet.SocketClosedError:
            seen.append("woken")

    def handle() -> None:
        if waits:
            waits.append(None)
        if len(waits) == 20:  # All have waited for so many intervals.
            waits[0].close()

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)
        peer.close()

    with signals(0.01, handle):
        bluelet.run(root())

    assert seen == ["woken"]


@should("recv.suspends-only-its-thread")
def of_the_socket_itself(bluelet: Implementation) -> None:
    """When a program closes the socket of a connection, its waiter SHOULD be told, or `run` raise.

    What it is told is free: `SocketClosedError`, another exception, or the end of the stream.

    Source: observed: in the originals the wait ends by an exception; without a word, a program
    waits for ever.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1)
        finally:
            seen.append("goes on")

    ours, peer = socket.socketpair()
    try:
        connection = bluelet.Connection(ours, "a socket pair")
    except Exception:  # The README does not say what a connection is made of.
        ours.close()
        peer.close()
        raise NotJudged("the port makes no connection of a socket and an address") from None

    def root() -> Coroutine:
        yield bluelet.spawn(reader(connection))
        while not seen:
            yield bluelet.null()
        yield bluelet.null()
        ours.close()
        peer.close()

    raised = raised_by(bluelet.run, root())

    assert seen == ["waits", "goes on"] or raised is not None


@should("recv.suspends-only-its-thread")
def in_a_forked_child(bluelet: Implementation) -> None:
    """A `close` in a forked child SHOULD leave its parent's threads waiting for what they wait for.

    So does a server that forks a process for each client, which needs no listener.

    Source: observed: so it is in the originals, which ask the system anew each time they wait.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(1)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while not seen:
            yield bluelet.null()
        yield bluelet.null()
        child = os.fork()
        if child == 0:
            try:
                connection.close()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        peer.send(b"x")
        yield bluelet.join(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == ["waits", b"x"]


@should("close.in-a-forked-child", "exceptions.ends-the-run")
def as_a_forked_child_ends(bluelet: Implementation) -> None:
    """The end of a run in a forked child SHOULD leave the parent's own as it is.

    The child's is a copy, and its end closes all of its threads.

    Source: observed: so it is in the originals, which ask the system anew each time they wait.
    """
    seen: list[object] = []
    parent = os.getpid()

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            seen.append((yield connection.recv(1)))
        finally:
            close(connection)

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while not seen:
            yield bluelet.null()
        yield bluelet.null()
        child = os.fork()
        if child == 0:
            raise SystemExit
        os.waitpid(child, 0)
        peer.send(b"x")
        yield bluelet.join(thread)
        peer.close()

    try:
        bluelet.run(root())
    finally:
        if os.getpid() != parent:
            os._exit(0)

    assert seen == ["waits", b"x"]
