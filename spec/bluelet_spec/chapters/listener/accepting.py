"""To accept what has come.

To wait for a connection holds up nobody. An implementation must not trust a report that there is a
connection to be accepted: another process that listens on the same socket, or the client itself,
may have taken it away again.
"""

import os
import socket
import stat
from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, no_descriptors_left
from bluelet_spec.wire import close, dial, free_port, loopback, receive, received, until_there_are


@must("listener.listens-when-made", "recv.up-to-size", "sendall.sends-everything")
def accept_gives_a_connection(bluelet: Implementation) -> None:
    """`yield listener.accept()` MUST return a connection to whoever has connected.

    Source: README, Basic Usage, `accept`: "wait for a connection to the server, returning a
    connection object as above".
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        client = dial(*address)
        client.sendall(b"question")
        connection = yield listener.accept()
        seen.append((yield from receive(connection, 8)))
        yield connection.sendall(b"answer")
        seen.append(received(client, 6))
        close(connection)
        client.close()
        close(listener)

    bluelet.run(root())

    assert seen == [b"question", b"answer"]


@must(
    "listener.accept-gives-a-connection",
    "run.waits-for-every-thread",
    "sleep.suspends-only-its-thread",
)
def accept_suspends_only_its_thread(bluelet: Implementation) -> None:
    """While a thread waits for a connection, the others MUST run on.

    Source: README, Basic Usage, `accept`: "asynchronously wait for a connection".
    """
    seen: list[str] = []
    turns: list[int] = []

    def acceptor(address: tuple[str, int]) -> Coroutine:
        listener = bluelet.Listener(*address)
        seen.append("waits")
        connection = yield listener.accept()
        seen.append("has a connection")
        close(connection)
        close(listener)

    def root() -> Coroutine:
        address = loopback(), free_port()
        yield bluelet.spawn(acceptor(address))
        while "waits" not in seen:
            yield bluelet.null()
        for turn in range(100):
            yield bluelet.null()
            turns.append(turn)
        seen.append("client")
        with dial(*address):
            yield from until_there_are(bluelet, 3, seen)

    bluelet.run(root())

    assert turns == list(range(100))
    assert seen == ["waits", "client", "has a connection"]


@should("listener.accept-gives-a-connection")
def in_order(bluelet: Implementation) -> None:
    """Connections that wait SHOULD be accepted in the order in which they were made.

    Source: ruling: who came first is served first, so that nobody waits for ever; observed in all
    known implementations.
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        clients = []
        for number in range(5):
            clients.append(dial(*address))
            clients[-1].sendall(b"client %d" % number)
        for client in clients:
            connection = yield listener.accept()
            seen.append((yield from receive(connection, 8)))
            close(connection)
            client.close()
        close(listener)

    bluelet.run(root())

    assert seen == [b"client %d" % number for number in range(5)]


@should("listener.accept-suspends-only-its-thread")
def each_connection_to_one_thread(bluelet: Implementation) -> None:
    """Where several threads accept from a listener, each connection SHOULD go to exactly one.

    Source: ruling: what has been given to one thread is gone for the others; observed in all known
    implementations.
    """
    seen: list[bytes] = []

    def acceptor(listener: Any) -> Coroutine:
        for _ in range(5):
            connection = yield listener.accept()
            seen.append((yield from receive(connection, 2)))
            close(connection)

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        for _ in range(4):
            yield bluelet.spawn(acceptor(listener))
        clients: list[socket.socket] = []
        for number in range(20):
            clients.append(dial(*address))
            clients[-1].sendall(b"%02d" % number)
            if number % 4 == 3:
                yield from until_there_are(bluelet, number + 1, seen)
        for client in clients:
            client.close()
        close(listener)

    bluelet.run(root())

    assert sorted(seen) == [b"%02d" % number for number in range(20)]


@should("listener.accept-suspends-only-its-thread")
def false_alarm(bluelet: Implementation) -> None:
    """Where a connection is announced and gone when it is accepted, the others SHOULD run on.

    It is so with a server of several processes, which all listen on one socket and are all told of
    each connection. Here two listeners share one socket.

    Source: ruling: no operation on a socket blocks the other threads.
    """
    seen: list[str] = []
    turns: list[int] = []

    def acceptor(listener: Any) -> Coroutine:
        seen.append("waits")
        connection = yield listener.accept()
        seen.append("has a connection")
        close(connection)

    def root() -> Coroutine:
        address = loopback(), free_port()
        listeners = [bluelet.Listener(*address)]
        another = loopback(), free_port()
        listeners.append(bluelet.Listener(*another))
        shared, *_ = _descriptors(address)
        for descriptor in _descriptors(another):
            os.dup2(shared, descriptor)
        for listener in listeners:
            yield bluelet.spawn(acceptor(listener))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.01)
        with dial(*address):
            yield from until_there_are(bluelet, 3, seen)
            for turn in range(20):
                yield bluelet.sleep(0.001)
                turns.append(turn)
        with dial(*address):
            yield from until_there_are(bluelet, 4, seen)
        for listener in listeners:
            close(listener)

    bluelet.run(root())

    assert turns == list(range(20))
    assert seen == ["waits"] * 2 + ["has a connection"] * 2


@should("listener.accept-gives-a-connection")
def address_of_the_client(bluelet: Implementation) -> None:
    """The `addr` of a connection that has been accepted SHOULD be its client's address.

    Source: observed: so do all known implementations. The README does not mention it.
    """
    seen: list[object] = []

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        client = dial(*address)
        connection = yield listener.accept()
        seen.append(connection.addr)
        seen.append(client.getsockname())
        close(connection)
        client.close()
        close(listener)

    bluelet.run(root())

    assert len(seen) == 2
    assert seen[0] == seen[1]


@should("listener.accept-suspends-only-its-thread", "run.one-thread-at-a-time")
def out_of_descriptors(bluelet: Implementation) -> None:
    """When a process was out of descriptors and has some again, `accept` SHOULD give what waited.

    Meanwhile `accept` raises `OSError` in its thread, or waits; the others run.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    seen: list[str] = []

    def acceptor(listener: Any) -> Coroutine:
        while seen.count("a connection") < 2:
            try:
                connection = yield listener.accept()
            except OSError:
                yield bluelet.sleep(0.001)
            else:
                seen.append("a connection")
                close(connection)
        seen.append("end")

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        yield bluelet.spawn(acceptor(listener))
        clients = [dial(*address)]
        yield from until_there_are(bluelet, 1, seen)
        clients.append(dial(*address))
        with no_descriptors_left():
            for _ in range(5):
                yield bluelet.sleep(0.001)
            seen.append("some again")
        yield from until_there_are(bluelet, 4, seen)
        for client in clients:
            client.close()
        close(listener)

    bluelet.run(root())

    assert seen == ["a connection", "some again", "a connection", "end"]


def _descriptors(address: tuple[str, int]) -> list[int]:
    """Return the descriptors of the socket that listens at `address`, whoever has them.

    An implementation may keep more than one. Each is looked at through a copy, since a socket
    object closes what it has, and is left as it was: some Pythons make what they look at block.

    Raises:
        LookupError: nobody here listens there.
    """
    found = []
    for number in range(3, 1000):
        try:
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            blocks = os.get_blocking(number)
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, os.dup(number)) as sock:
                if sock.getsockname() == address:
                    found.append(number)
            os.set_blocking(number, blocks)
        except OSError:
            continue
    if not found:
        raise LookupError(f"nobody here listens at {address}")
    return found
