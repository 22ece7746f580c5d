"""Many clients at once, of whom some behave badly.

Each has a handler of its own, and all handlers run concurrently. So a client that is slow waits for
itself alone, and one that goes away is missed by nobody.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import (
    answer_to,
    client_of,
    crowd,
    fill,
    free_port,
    loopback,
    receive,
    reset,
    until_there_are,
)


@must("server.serves", "server.beside-other-threads", "recv.suspends-only-its-thread")
def handlers_run_concurrently(bluelet: Implementation) -> None:
    """The handlers of all connections MUST run concurrently.

    None of these answers before all have been asked.

    Source: README, Basic Usage, `server`: "listening for concurrent connections"; httpd: "it runs
    concurrently and can service many requests at the same time".
    """
    seen: list[bytes] = []
    asked: list[bytes] = []

    def handler(connection: Any) -> Coroutine:
        data = yield from receive(connection, 9)
        asked.append(data)
        yield from receive(connection, 1)
        yield connection.sendall(data.upper())

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        clients = []
        for number in crowd(30):
            client = yield from client_of(bluelet, address)
            client.sendall(b"answer %02d" % number)
            clients.append(client)
            yield from until_there_are(bluelet, number + 1, asked)
        for client in clients:
            client.sendall(b"!")
            seen.append((yield from answer_to(bluelet, client, 9)))
            client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"ANSWER %02d" % number for number in range(30)]


@must("server.handlers-run-concurrently", "sendall.holds-up-nobody")
def client_that_does_not_read(bluelet: Implementation) -> None:
    """A client that reads nothing of what it is sent MUST NOT hold up the others.

    Source: README, httpd: the server "runs concurrently and can service many requests at the same
    time".
    """
    seen: list[bytes] = []
    over: list[bool] = []

    def handler(connection: Any) -> Coroutine:
        data = yield from receive(connection, 4)
        yield connection.sendall(data.upper())
        try:
            while data == b"much" and not over:
                yield connection.sendall(b"x" * 20_000_000)
        except Exception:
            pass  # The client is gone.

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        slow = yield from client_of(bluelet, address)
        slow.sendall(b"much")
        seen.append((yield from answer_to(bluelet, slow, 4)))
        for _ in range(10):
            client = yield from client_of(bluelet, address)
            client.sendall(b"idle")
            seen.append((yield from answer_to(bluelet, client, 4)))
            client.close()
        over.append(True)
        slow.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"MUCH"] + [b"IDLE"] * 10


@must("server.handlers-run-concurrently")
def client_that_is_not_read(bluelet: Implementation) -> None:
    """A client that goes on sending what its handler does not receive MUST NOT hold up the others.

    It waits for itself alone, when there is room for no more.

    Source: README, httpd: the server "runs concurrently and can service many requests at the same
    time".
    """
    seen: list[bytes] = []
    handled: list[object] = []
    over: list[bool] = []

    def handler(connection: Any) -> Coroutine:
        handled.append(connection)
        data = yield from receive(connection, 4)
        yield connection.sendall(data.upper())
        while data == b"busy" and not over:
            yield bluelet.sleep(0.001)

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        eager = yield from client_of(bluelet, address)
        yield from until_there_are(bluelet, 1, handled)
        eager.sendall(b"busy")
        seen.append((yield from answer_to(bluelet, eager, 4)))
        for _ in range(10):
            fill(eager)
            client = yield from client_of(bluelet, address)
            client.sendall(b"idle")
            seen.append((yield from answer_to(bluelet, client, 4)))
            client.close()
        eager.close()
        over.append(True)
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"BUSY"] + [b"IDLE"] * 10


@should(
    "server.handlers-run-concurrently",
    "recv.reset-spares-others",
    "exceptions.caught-leaves-others-alone",
)
def client_that_resets(bluelet: Implementation) -> None:
    """A client that resets its connection, at whatever time, SHOULD NOT stop the server.

    Source: ruling: in `server`, what goes wrong with one connection is that connection's
    affair.
    """
    seen: list[bytes] = []
    handled: list[object] = []
    over: list[bool] = []

    def handler(connection: Any) -> Coroutine:
        handled.append(connection)
        data = yield from receive(connection, 4)
        while data == b"much" and not over:
            yield connection.sendall(b"x" * 1024)
            yield bluelet.sleep(0.001)
        yield connection.sendall(data.upper())

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        steady = yield from client_of(bluelet, address)
        reset((yield from client_of(bluelet, address)))
        silent = yield from client_of(bluelet, address)
        yield from until_there_are(bluelet, 2, handled)
        yield bluelet.sleep(0.01)
        reset(silent)
        rude = yield from client_of(bluelet, address)
        rude.sendall(b"much")
        seen.append((yield from answer_to(bluelet, rude, 4)))
        reset(rude)
        yield bluelet.sleep(0.01)
        for client in (steady, (yield from client_of(bluelet, address))):
            client.sendall(b"idle")
            seen.append((yield from answer_to(bluelet, client, 4)))
            client.close()
        over.append(True)
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"xxxx", b"IDLE", b"IDLE"]
