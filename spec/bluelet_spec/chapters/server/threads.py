"""Handlers are threads.

What `handler_coro(connection)` returns is scheduled, itself. So whoever has it can join it, and
kill it, like what was spawned.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import answer_to, client_of, free_port, loopback, until_there_are


@must("server.handlers-run-concurrently", "join.waits-for-callees")
def handler_is_joined(bluelet: Implementation) -> None:
    """A thread that joins a handler MUST wait until the handler has completed.

    Source: README, Basic Usage, `server`: it "calls `handler_coro(conn)` and adds that coroutine
    to the Bluelet scheduler", by `spawn`; `join`: it waits until a thread "completes".
    """
    seen: list[str] = []
    handlers: list[Coroutine] = []
    joining: list[Coroutine] = []

    def work(connection: Any) -> Coroutine:
        yield from until_there_are(bluelet, 1, joining)
        for _ in range(10):
            yield bluelet.null()
        seen.append("handler ends")

    def handler(connection: Any) -> Coroutine:
        handlers.append(work(connection))
        return handlers[0]

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        client = yield from client_of(bluelet, address)
        yield from until_there_are(bluelet, 1, handlers)
        yield bluelet.sleep(0.001)
        joining.extend(handlers)
        yield bluelet.join(handlers[0])
        seen.append("joined")
        client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == ["handler ends", "joined"]


@should(
    "server.closes-when-the-handler-ends",
    "closing.before-the-killer-goes-on",
    "kill.called-coroutine",
    "kill.sleeper-leaves-no-timer",
    "sleep.concurrent-sleeps-overlap",
)
def handler_is_killed(bluelet: Implementation) -> None:
    """When a handler is killed, its connection SHOULD be closed, and the server and others go on.

    Source: ruling: with the end of a handler, whichever way it ends, its connection is closed.
    """
    seen: list[bytes] = []
    handlers: list[Coroutine] = []

    def work(connection: Any) -> Coroutine:
        yield connection.sendall(b"answer")
        yield bluelet.sleep(60)

    def handler(connection: Any) -> Coroutine:
        handlers.append(work(connection))
        return handlers[-1]

    def root() -> Coroutine:
        address = loopback(), free_port()
        server = bluelet.server(*address, handler)
        yield bluelet.spawn(server)
        for _ in range(2):
            client = yield from client_of(bluelet, address)
            seen.append((yield from answer_to(bluelet, client, 6)))
            yield bluelet.kill(handlers[-1])
            seen.append((yield from answer_to(bluelet, client, 1)))
            client.close()
        yield bluelet.kill(server)

    bluelet.run(root())

    assert seen == [b"answer", b""] * 2
