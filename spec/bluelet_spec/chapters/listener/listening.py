"""To listen, from the making of a listener to its closing.

A listener is made without a `yield`, and from then on the system takes connections for it, whether
or not a thread is in `accept` just then: a busy program finds them all when it gets to it. Where it
cannot listen, it is not made.
"""

import socket

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, raised_by
from bluelet_spec.wire import close, crowd, dial, free_port, loopback, receive, received


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
        close(listener)

    bluelet.run(root())

    assert seen == ["connected"]


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
        seen.append((yield from receive(connection, 8)))
        close(connection)
        client.close()
        close(listener)

    bluelet.run(root())

    assert seen == [b"greeting"]


@should("listener.accept-gives-a-connection")
def any_address(bluelet: Implementation) -> None:
    """A listener whose host is the empty string SHOULD listen at every IPv4 address of the machine.

    Source: ruling; README, The "Echo" Server: a plain socket is bound to "('', 4915)", and
    `bluelet.server('', 4915, echoer)` does the same (`server.any-address`).
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        port = free_port("")
        listener = bluelet.Listener("", port)
        for host in ("127.0.0.1", loopback()):
            client = dial(host, port)
            client.sendall(host.encode())
            connection = yield listener.accept()
            seen.append((yield from receive(connection, len(host))))
            close(connection)
            client.close()
        close(listener)

    bluelet.run(root())

    assert seen == [b"127.0.0.1", loopback().encode()]


@should("listener.accept-gives-a-connection")
def host_by_name(bluelet: Implementation) -> None:
    """`Listener` SHOULD take the name of a host, and listen at an address that it has.

    Source: ruling: a host may be named here as for `connect`; observed in all known
    implementations.
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        address = "localhost", free_port("")
        listener = bluelet.Listener(*address)
        client = dial(*address)
        client.sendall(b"greeting")
        connection = yield listener.accept()
        seen.append((yield from receive(connection, 8)))
        close(connection)
        client.close()
        close(listener)

    bluelet.run(root())

    assert seen == [b"greeting"]


@may("listens", "raises", presupposes=("listener.accept-gives-a-connection",))
def over_ipv6(bluelet: Implementation) -> str:
    """Where the machine has IPv6, `Listener` MAY listen at an IPv6 address, or raise.

    Source: observed: it raises in the known implementations, which know sockets of IPv4 only.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as sock:
            port = sock.getsockname()[1]
        try:
            listener = bluelet.Listener("::1", port)
        except Exception:
            seen.append("raises")
            return
        client = dial("::1", port)
        connection = yield listener.accept()
        seen.append("listens")
        close(connection)
        client.close()
        close(listener)

    bluelet.run(root())

    return seen[0]


@must("listener.accept-gives-a-connection")
def made_before_the_run(bluelet: Implementation) -> None:
    """A listener that is made before `run` is called MUST work in the run.

    Source: README, Basic Usage, `Listener`: "There's no `yield` here; this just a constructor".
    """
    seen: list[bytes] = []
    address = loopback(), free_port()
    listener = bluelet.Listener(*address)
    client = dial(*address)
    client.sendall(b"greeting")

    def root() -> Coroutine:
        connection = yield listener.accept()
        seen.append((yield from receive(connection, 8)))
        close(connection)

    bluelet.run(root())
    client.close()
    close(listener)

    assert seen == [b"greeting"]


@should("listener.accept-gives-a-connection")
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
        close(connection)
        client.close()
        close(listener)

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
            close(listener)
        yield bluelet.null()

    bluelet.run(root())

    assert seen == ["raised"]


@should("listener.accept-gives-a-connection", methods=("Listener.close", "Connection.close"))
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
        for number in crowd(50):
            clients.append(dial(*address))
            seen.append(number)
        for client in clients:
            connection = yield listener.accept()
            close(connection)
            client.close()
        close(listener)

    raised_by(bluelet.run, root())

    assert seen == list(range(50))


@should("listener.listens-when-made", methods=("Listener.close",))
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
