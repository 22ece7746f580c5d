"""How a server ends: by an interrupt, or killed.

An interrupt is nobody's affair but the whole program's, and ends the run. Whichever way a server
ends, it listens no more.
"""

import gc
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import Coroutine, Stop, raised_by, when_idle
from bluelet_spec.wire import (
    PATIENCE,
    answer_to,
    client_of,
    close,
    dial,
    free_port,
    loopback,
    receive,
    until_there_are,
)


@should(
    "server.closes-when-the-handler-ends",
    "interrupts.are-not-lost",
    "closing.when-the-run-ends",
)
def interrupt_in_a_handler(bluelet: Implementation) -> None:
    """An interrupt in a handler SHOULD end the run, with the listener and all connections closed.

    Anything that is no `Exception` is such an interrupt. The port is free when `run` has raised.

    Source: ruling: an exception that no thread catches ends `run`, which closes all threads;
    `server` contains no other than an `Exception`.
    """
    seen: list[bytes] = []
    handled: list[object] = []
    clients: list[socket.socket] = []
    address = loopback(), free_port()

    def handler(connection: Any) -> Coroutine:
        handled.append(connection)
        yield connection.recv(100)
        raise Stop

    def root() -> Coroutine:
        yield bluelet.spawn(bluelet.server(*address, handler))
        for number in range(3):
            clients.append((yield from client_of(bluelet, address)))
            yield from until_there_are(bluelet, number + 1, handled)
        clients[1].sendall(b"!")
        yield bluelet.sleep(60)

    raised_by(bluelet.run, root())
    for client in clients:
        client.settimeout(PATIENCE)
        seen.append(client.recv(100))
        client.close()
    refused = raised_by(dial, *address)

    assert seen == [b"", b"", b""]
    assert isinstance(refused, ConnectionRefusedError)


@should(
    "server.closes-when-the-handler-ends",
    "interrupts.are-not-lost",
    "interrupts.drop-nobody",
    "closing.when-the-run-ends",
)
def interrupt_while_idle(bluelet: Implementation) -> None:
    """An interrupt that comes while all wait SHOULD end a server that is the root, and the run.

    The listener and all connections are closed when `run` has raised the interrupt, or returned.

    Source: ruling: an interrupt that comes while all threads wait is raised in the root; observed
    to end the server in all known implementations.
    """
    seen: list[bytes] = []
    over = threading.Event()
    address = loopback(), free_port()

    def client() -> None:
        sock = None
        while not sock and not over.is_set():
            try:
                sock = dial(*address)
            except ConnectionRefusedError:
                over.wait(0.001)
        if sock:
            with sock:
                seen.append(sock.recv(100))
                seen.append(sock.recv(100))

    with ExitStack() as stack:
        gc.disable()  # It would close, sooner or later, what has been left open.
        stack.callback(gc.enable)

        def handler(connection: Any) -> Coroutine:
            yield connection.sendall(b"greeting")
            stack.enter_context(when_idle())
            yield connection.recv(100)

        elsewhere = stack.enter_context(ThreadPoolExecutor(1))
        answers = elsewhere.submit(client)
        raised = raised_by(bluelet.run, bluelet.server(*address, handler))
        over.set()
        answers.result()
    refused = raised_by(dial, *address)

    assert seen == [b"greeting", b""]
    assert raised is None or isinstance(raised, KeyboardInterrupt)
    assert isinstance(refused, ConnectionRefusedError)


@should("server.beside-other-threads", "closing.before-the-killer-goes-on")
def killed(bluelet: Implementation) -> None:
    """When a server has been killed, its listener SHOULD be closed.

    Source: ruling: kill closes the thread's generators, and nobody else could close the listener.
    """
    seen: list[object] = []

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        seen.append((yield from answer_to(bluelet, client, 6)))
        client.close()
        yield bluelet.kill(server)
        seen.append(type(raised_by(dial, *address)))

    bluelet.run(root())

    assert seen == [b"answer", ConnectionRefusedError]


@should(
    "server.killed",
    "server.closes-when-the-handler-ends",
    "interrupts.are-not-lost",
    "closing.when-the-run-ends",
)
def port_free_again(bluelet: Implementation) -> None:
    """When a server was killed, or its run has ended, another SHOULD have its port at once.

    A connection that the server closed first still has the port, for minutes, unless the listener
    was made with `SO_REUSEADDR`.

    Source: ruling: a server that is started again must not wait for that.
    """
    seen: list[bytes] = []
    address = loopback(), free_port()

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def served() -> Coroutine:
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        seen.append((yield from answer_to(bluelet, client, 7)))
        client.close()
        return server

    def root() -> Coroutine:
        server = yield from served()
        yield bluelet.kill(server)
        yield from served()
        raise Stop

    for _ in range(2):
        raised_by(bluelet.run, root())

    assert seen == [b"answer"] * 4


@may("go on", "are stopped", presupposes=("server.handlers-run-concurrently",))
def handlers_of_a_killed_server(bluelet: Implementation) -> str:
    """When a server is killed, the handlers that are at work MAY go on, or be stopped.

    Source: observed: they go on in all known implementations, as spawned threads do.
    """
    seen: list[bytes] = []
    handled: list[object] = []

    def handler(connection: Any) -> Coroutine:
        handled.append(connection)
        data = yield from receive(connection, 6)
        yield connection.sendall(data.upper())

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        yield from until_there_are(bluelet, 1, handled)
        yield bluelet.kill(server)
        try:
            client.sendall(b"answer")
            seen.append((yield from answer_to(bluelet, client, 6)))
        except ConnectionError:
            seen.append(b"")
        client.close()

    bluelet.run(root())
    for connection in handled:
        raised_by(close, connection)

    assert seen in ([b"ANSWER"], [b""])
    return "go on" if seen == [b"ANSWER"] else "are stopped"
