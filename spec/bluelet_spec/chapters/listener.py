"""`Listener` waits for connections, and `accept` gives them.

A listener is made without a `yield`, and from then on the system takes connections for it, whether
or not a thread is in `accept` just then: a busy program finds them all when it gets to it. To wait
for one holds up nobody. An implementation must not trust a report that there is a connection to be
accepted: another process that listens on the same socket, or the client itself, may have taken it
away again.

The README does not say how to close a listener. All known implementations have `close()`, as for
connections.

Left open: which of several threads in `accept` is given a connection, and which of several
connections comes first; how many connections beyond fifty may wait; addresses of IPv6; whether a
listener that its program forgets is closed; whether `accept` raises for a client that has gone
before it was accepted, or gives its connection, or passes it over. To run out of descriptors is an
error that `accept` may raise, or that it may wait out.
"""

import os
import resource
import socket
from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, finished, raised_by
from bluelet_spec.wire import dial, free_port, loopback, received, until_there_are


@must()
def listens_when_made(bluelet: Implementation) -> None:
    """`Listener(host, port)` MUST listen there as soon as it has been made, without a `yield`.

    Source: README, Basic Usage, `Listener`: "there's no `yield` here; this just a constructor".
    """
    seen: list[str] = []

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        client = dial(*address)
        seen.append("connected")
        yield bluelet.null()
        client.close()
        listener.close()

    bluelet.run(root())

    assert seen == ["connected"]


@must("listener.listens-when-made")
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
        seen.append((yield connection.recv(100)))
        yield connection.sendall(b"answer")
        seen.append(received(client, 6))
        connection.close()
        client.close()
        listener.close()

    bluelet.run(root())

    assert seen == [b"question", b"answer"]


@must("listener.accept-gives-a-connection")
def host_and_port_as_keywords(bluelet: Implementation) -> None:
    """`Listener(host=…, port=…)` MUST mean `Listener(host, port)`.

    Source: README, Basic Usage: "server = bluelet.Listener(host, port)".
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        port = free_port()
        listener = bluelet.Listener(port=port, host=loopback())
        client = dial(loopback(), port)
        client.sendall(b"greeting")
        connection = yield listener.accept()
        seen.append((yield connection.recv(100)))
        connection.close()
        client.close()
        listener.close()

    bluelet.run(root())

    assert seen == [b"greeting"]


@must("listener.accept-gives-a-connection")
def any_address(bluelet: Implementation) -> None:
    """A listener whose host is the empty string MUST listen at every address of the machine.

    Source: README, The "Echo" Server: "bluelet.server('', 4915, echoer)" does what a plain socket
    does that is bound to "('', 4915)".
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        with socket.socket() as sock:
            sock.bind(("", 0))
            port = sock.getsockname()[1]
        listener = bluelet.Listener("", port)
        for host in ("127.0.0.1", loopback()):
            client = dial(host, port)
            client.sendall(host.encode())
            connection = yield listener.accept()
            seen.append((yield connection.recv(100)))
            connection.close()
            client.close()
        listener.close()

    bluelet.run(root())

    assert seen == [b"127.0.0.1", loopback().encode()]


@should("listener.accept-gives-a-connection")
def made_before_the_run(bluelet: Implementation) -> None:
    """A listener that is made before `run` is called SHOULD work in the run.

    Source: README, Basic Usage, `Listener`: "this just a constructor"; observed in all known
    implementations.
    """
    seen: list[bytes] = []
    address = loopback(), free_port()
    listener = bluelet.Listener(*address)
    client = dial(*address)
    client.sendall(b"greeting")

    def root() -> Coroutine:
        connection = yield listener.accept()
        seen.append((yield connection.recv(100)))
        connection.close()

    bluelet.run(root())
    client.close()
    listener.close()

    assert seen == [b"greeting"]


@must("listener.accept-gives-a-connection", "spawn.both-run")
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
        connection.close()
        listener.close()

    def root() -> Coroutine:
        address = loopback(), free_port()
        yield bluelet.spawn(acceptor(address))
        while "waits" not in seen:
            yield bluelet.null()
        for turn in range(100):
            yield bluelet.null()
            turns.append(turn)
        seen.append("client")
        dial(*address).close()

    bluelet.run(root())

    assert turns == list(range(100))
    assert seen == ["waits", "client", "has a connection"]


@must("listener.accept-suspends-only-its-thread")
def each_connection_to_one_thread(bluelet: Implementation) -> None:
    """Where several threads accept from a listener, each connection MUST go to exactly one.

    Source: README, Basic Usage, `accept`: "wait for a connection to the server, returning a
    connection object".
    """
    seen: list[bytes] = []

    def acceptor(listener: Any) -> Coroutine:
        for _ in range(5):
            connection = yield listener.accept()
            seen.append((yield connection.recv(100)))
            connection.close()

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        for _ in range(4):
            yield bluelet.spawn(acceptor(listener))
        for number in range(20):
            client = dial(*address)
            client.sendall(b"%02d" % number)
            client.close()
            if number % 4 == 3:
                yield from until_there_are(bluelet, number + 1, seen)
        listener.close()

    bluelet.run(root())

    assert sorted(seen) == [b"%02d" % number for number in range(20)]


@must("listener.accept-suspends-only-its-thread")
def false_alarm(bluelet: Implementation) -> None:
    """Where a connection is announced and gone when it is accepted, the others MUST run on.

    It is so with a server of several processes, which all listen on one socket and are all told of
    each connection. Here two listeners share one socket.

    Source: README, Basic Usage, `accept`: "asynchronously wait for a connection".
    """
    seen: list[str] = []
    turns: list[int] = []

    def acceptor(listener: Any) -> Coroutine:
        seen.append("waits")
        connection = yield listener.accept()
        seen.append("has a connection")
        connection.close()

    def root() -> Coroutine:
        address = loopback(), free_port()
        listeners = [bluelet.Listener(*address)]
        another = loopback(), free_port()
        listeners.append(bluelet.Listener(*another))
        os.dup2(_descriptor(address), _descriptor(another))
        for listener in listeners:
            yield bluelet.spawn(acceptor(listener))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.01)
        dial(*address).close()
        yield from until_there_are(bluelet, 3, seen)
        for turn in range(20):
            yield bluelet.sleep(0.001)
            turns.append(turn)
        dial(*address).close()
        yield from until_there_are(bluelet, 4, seen)
        for listener in listeners:
            listener.close()

    bluelet.run(root())

    assert turns == list(range(20))
    assert seen == ["waits"] * 2 + ["has a connection"] * 2


@should("listener.accept-suspends-only-its-thread", "kill.sleeping")
def killed_in_accept(bluelet: Implementation) -> None:
    """A thread that is killed while it waits in `accept` SHOULD take no connection with it.

    Source: ruling; observed in all known implementations.
    """
    seen: list[str] = []

    def victim(listener: Any) -> Coroutine:
        seen.append("victim waits")
        yield listener.accept()
        seen.append("victim goes on")

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        thread = victim(listener)
        yield bluelet.spawn(thread)
        while "victim waits" not in seen:
            yield bluelet.null()
        yield bluelet.sleep(0.01)
        yield bluelet.kill(thread)
        client = dial(*address)
        client.sendall(b"greeting")
        connection = yield listener.accept()
        data = yield connection.recv(100)
        seen.append(f"root has a {data.decode()}")
        connection.close()
        client.close()
        listener.close()

    bluelet.run(root())

    assert seen == ["victim waits", "root has a greeting"]


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
        connection.close()
        client.close()
        listener.close()

    bluelet.run(root())

    assert len(seen) == 2
    assert seen[0] == seen[1]


@should("listener.listens-when-made")
def port_zero(bluelet: Implementation) -> None:
    """A listener with port 0 SHOULD take a free one, and tell which: `port`, or `sock`, has it.

    Source: ruling; observed in all known implementations, by way of `sock`.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), 0)
        port = getattr(listener, "port", 0) or listener.sock.getsockname()[1]
        client = dial(loopback(), port)
        seen.append("connected")
        connection = yield listener.accept()
        connection.close()
        client.close()
        listener.close()

    bluelet.run(root())

    assert seen == ["connected"]


@should("listener.listens-when-made")
def port_in_use(bluelet: Implementation) -> None:
    """Where it cannot listen, because another does, `Listener` SHOULD raise `OSError` when made.

    Source: ruling: failures of I/O can be caught where they happen; observed in all known
    implementations.
    """
    raised: list[BaseException | None] = []

    def root() -> Coroutine:
        with socket.create_server((loopback(), 0)) as listening:
            raised.append(raised_by(bluelet.Listener, *listening.getsockname()))
            yield bluelet.null()

    bluelet.run(root())

    assert len(raised) == 1
    assert isinstance(raised[0], OSError)


@should("listener.listens-when-made")
def not_a_port(bluelet: Implementation) -> None:
    """`Listener` with a port beyond 65535 SHOULD raise, and not listen at another port.

    The system's search for addresses takes any number, and drops what does not fit. The port that
    is left is free here.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        try:
            listener = bluelet.Listener(loopback(), 65536 + free_port())
        except (OSError, OverflowError, ValueError):
            seen.append("raised")
        else:
            seen.append("listens")
            listener.close()
        yield bluelet.null()

    bluelet.run(root())

    assert seen == ["raised"]


@should("listener.accept-gives-a-connection")
def port_free_again(bluelet: Implementation) -> None:
    """When a listener has been closed, another SHOULD be able to take its port at once.

    A connection that the server closed first still has the port, for minutes, unless the listener
    was made with `SO_REUSEADDR`. A server that is started again must not wait for that.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        address = loopback(), free_port()
        for _ in range(2):
            listener = bluelet.Listener(*address)
            client = dial(*address)
            connection = yield listener.accept()
            connection.close()
            seen.append(f"client has {received(client, 1)!r}")
            client.close()
            listener.close()

    bluelet.run(root())

    assert seen == ["client has b''"] * 2


@should("listener.listens-when-made")
def fifty_may_wait(bluelet: Implementation) -> None:
    """Fifty clients SHOULD be connected, and none kept waiting, while the program does other work.

    With a short queue, those that do not fit wait outside and try again a second later.

    Source: ruling: a program may be busy for a while, and the original's queue of five is soon
    full.
    """
    seen: list[int] = []

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        clients = []
        for number in range(50):
            clients.append(dial(*address))
            seen.append(number)
        for client in clients:
            connection = yield listener.accept()
            connection.close()
            client.close()
        listener.close()

    raised_by(bluelet.run, root())

    assert seen == list(range(50))


@should("listener.accept-suspends-only-its-thread")
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
                connection.close()

    def child(listener: Any) -> Coroutine:
        yield bluelet.call(acceptor(listener))
        seen.append("end")

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        yield bluelet.spawn(child(listener))
        clients = [dial(*address)]
        yield from until_there_are(bluelet, 1, seen)
        clients.append(dial(*address))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        free = os.dup(0)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
        try:
            for _ in range(5):
                yield bluelet.sleep(0.001)
            seen.append("some again")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        yield from until_there_are(bluelet, 4, seen)
        for client in clients:
            client.close()
        listener.close()

    bluelet.run(root())

    assert seen == ["a connection", "some again", "a connection", "end"]


@should("listener.listens-when-made")
def close_ends_listening(bluelet: Implementation) -> None:
    """Once a listener has been closed, clients SHOULD be refused.

    Source: observed: so do all known implementations.
    """
    seen: list[BaseException | None] = []

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        listener.close()
        seen.append(raised_by(dial, *address))
        yield bluelet.null()

    bluelet.run(root())

    assert len(seen) == 1
    assert isinstance(seen[0], ConnectionRefusedError)


@should("listener.listens-when-made")
def close_twice(bluelet: Implementation) -> None:
    """To close a listener again SHOULD have no effect.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        listener.close()
        listener.close()
        yield bluelet.null()
        seen.append("goes on")

    bluelet.run(root())

    assert seen == ["goes on"]


@should("listener.listens-when-made")
def accept_after_close(bluelet: Implementation) -> None:
    """`accept` of a listener that has been closed SHOULD raise `SocketClosedError` in its thread.

    It does so when it is called, or when it is yielded.

    Source: ruling; observed in all known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        listener.close()
        try:
            yield listener.accept()
        except bluelet.SocketClosedError:
            seen.append("closed")
        yield bluelet.null()

    bluelet.run(root())

    assert seen == ["closed"]


@must("listener.accept-suspends-only-its-thread", "kill.sleeping")
def close_spares_others(bluelet: Implementation) -> None:
    """When a listener is closed while a thread waits in `accept`, the others MUST run on.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[str] = []

    def acceptor(listener: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield listener.accept()
        except Exception:
            pass

    def bystander() -> Coroutine:
        yield from until_there_are(bluelet, 2, seen)
        yield bluelet.sleep(0.001)
        seen.append("bystander")

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        thread = acceptor(listener)
        yield bluelet.spawn(thread)
        yield bluelet.spawn(bystander())
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.sleep(0.01)
        listener.close()
        seen.append("closed")
        yield from until_there_are(bluelet, 3, seen)
        if not finished(thread):
            yield bluelet.kill(thread)
        seen.append("root")

    raised_by(bluelet.run, root())

    assert seen == ["waits", "closed", "bystander", "root"]


@should("listener.close-spares-others")
def close_wakes_who_waits(bluelet: Implementation) -> None:
    """When a listener is closed, who waits in `accept` SHOULD be resumed with `SocketClosedError`.

    Source: ruling: what is closed wakes whoever waits on it.
    """
    seen: list[str] = []

    def acceptor(name: str, listener: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield listener.accept()
        except bluelet.SocketClosedError:
            seen.append(f"{name} is told")

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        yield bluelet.spawn(acceptor("a", listener))
        yield bluelet.spawn(acceptor("b", listener))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.01)
        listener.close()
        seen.append("closed")

    bluelet.run(root())

    assert seen[:3] == ["waits", "waits", "closed"]
    assert sorted(seen[3:]) == ["a is told", "b is told"]


def _descriptor(address: tuple[str, int]) -> int:
    """Return the descriptor of the socket that listens at `address`, whoever has it."""
    for number in range(3, 1000):
        try:
            with socket.fromfd(number, socket.AF_INET, socket.SOCK_STREAM) as sock:
                if sock.getsockname() == address:
                    return number
        except OSError:
            continue
    raise LookupError(f"nobody here listens at {address}")
