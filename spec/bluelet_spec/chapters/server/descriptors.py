"""A server whose process has many descriptors, or none left.

A server that has run out of descriptors goes on when it has some again. It does not end, and least
of all as if all were well. Meanwhile it serves those that are connected.
"""

import os
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine, no_descriptors_left, raised_by
from bluelet_spec.wire import (
    answer_to,
    client_of,
    free_port,
    loopback,
    receive,
    until_there_are,
)


@should("server.handlers-run-concurrently", "recv.reset-spares-others")
def out_of_descriptors_spares_others(bluelet: Implementation) -> None:
    """When a process is out of descriptors, the clients that are connected SHOULD be served on.

    Source: ruling: what goes wrong with one connection is that connection's affair.
    """
    seen: list[bytes] = []
    handled: list[object] = []

    def echoer(connection: Any) -> Coroutine:
        handled.append(connection)
        data = b"x"
        while data:
            data = yield connection.recv(100)
            yield connection.sendall(data.upper())

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, echoer)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        yield from until_there_are(bluelet, 1, handled)
        client.sendall(b"before")
        seen.append((yield from answer_to(bluelet, client, 6)))
        waiting = yield from client_of(bluelet, address)
        with no_descriptors_left():
            for _ in range(5):
                yield bluelet.sleep(0.001)
            client.sendall(b"without")
            seen.append((yield from answer_to(bluelet, client, 7)))
        client.close()
        waiting.close()
        yield bluelet.kill(server)

    raised_by(bluelet.run, root())

    assert seen == [b"BEFORE", b"WITHOUT"]


@should("server.out-of-descriptors-spares-others")
def out_of_descriptors(bluelet: Implementation) -> None:
    """When a process was out of descriptors and has some again, the server SHOULD go on accepting.

    Source: ruling: what fails for a while stops no server; observed to end it, silently, in all
    known implementations.
    """
    seen: list[bytes] = []

    def handler(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        seen.append((yield from answer_to(bluelet, client, 6)))
        client.close()
        client = yield from client_of(bluelet, address)
        with no_descriptors_left():
            for _ in range(5):
                yield bluelet.sleep(0.001)
        seen.append((yield from answer_to(bluelet, client, 6)))
        client.close()
        yield bluelet.kill(server)

    raised_by(bluelet.run, root())

    assert seen == [b"answer"] * 2


@should("server.handlers-run-concurrently")
def many_descriptors(bluelet: Implementation) -> None:
    """A server SHOULD serve on when its process has more than 1024 descriptors open.

    Where the system allows fewer, as many as it allows.

    Source: ruling: a client too many must not end a server, as `select` makes it in all known
    implementations.
    """
    import resource  # There are systems without it.

    seen: list[bytes] = []
    files: list[int] = []

    def echoer(connection: Any) -> Coroutine:
        data = yield from receive(connection, 6)
        yield connection.sendall(data.upper())

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, echoer)
        yield bluelet.spawn(server)
        early = yield from client_of(bluelet, address)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        enough = 1200 if hard == resource.RLIM_INFINITY else min(1200, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, enough), hard))
        while len(files) < enough - 100:
            files.append(os.open(os.devnull, os.O_RDONLY))
        for client in ((yield from client_of(bluelet, address)), early):
            client.sendall(b"answer")
            seen.append((yield from answer_to(bluelet, client, 6)))
            client.close()
        yield bluelet.kill(server)

    raised_by(bluelet.run, root())
    for file in files:
        os.close(file)

    assert seen == [b"ANSWER"] * 2
