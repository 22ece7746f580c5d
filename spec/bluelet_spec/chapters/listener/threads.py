"""Threads that wait for clients, and what becomes of them.

One that is killed takes no client along. One for which a client has come has its turn, however busy
the others are; the chapter on fairness says what *in time* means.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import TURNS, Coroutine, finished
from bluelet_spec.wire import close, dial, free_port, loopback, receive


@should("listener.accept-suspends-only-its-thread", "kill.deep-in-calls")
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
        data = yield from receive(connection, 8)
        seen.append(f"root has a {data.decode()}")
        close(connection)
        client.close()
        close(listener)

    bluelet.run(root())

    assert seen == ["victim waits", "root has a greeting"]


@should("listener.killed-in-accept", "kill.finishing-spares-others", "fairness.naps-starve-nobody")
def killed_as_a_connection_comes(bluelet: Implementation) -> None:
    """What has come for a thread that is killed before its `accept` returned it SHOULD NOT be lost.

    The killer cannot know what has come. So it kills here after any number of turns, and the next
    to accept gets the connection that the killed thread did not.

    Source: ruling: to kill a thread takes nothing from its listeners.
    """
    accepted: list[Any] = []

    def victim(listener: Any) -> Coroutine:
        accepted.append((yield listener.accept()))

    def root(turns: int) -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        thread = victim(listener)
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        client = dial(*address)
        for _ in range(turns):
            yield bluelet.sleep(0)
        if not finished(thread):
            yield bluelet.kill(thread)
        another = dial(*address)
        while len(accepted) < 2:
            accepted.append((yield listener.accept()))
        for thing in (*accepted, client, another, listener):
            close(thing)

    for turns in range(20):
        del accepted[:]
        bluelet.run(root(turns))

        assert len(accepted) == 2, turns


@must(
    "listener.accept-suspends-only-its-thread", "null.lets-others-run", "run.one-thread-at-a-time"
)
def nulls_starve_no_accepter(bluelet: Implementation) -> None:
    """While a thread keeps yielding `null()`, one whose client has come MUST have its turn in time.

    Source: README, Basic Usage, `null`: to "give other green threads a chance to get work done";
    The "Echo" Server: "When a socket event happens, the coroutine is resumed".
    """
    seen: list[str] = []
    steps: list[int] = []

    def acceptor(listener: Any) -> Coroutine:
        seen.append("waits")
        connection = yield listener.accept()
        seen.append("has a connection")
        close(connection)

    def root() -> Coroutine:
        address = loopback(), free_port()
        listener = bluelet.Listener(*address)
        yield bluelet.spawn(acceptor(listener))
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        with dial(*address):
            while "has a connection" not in seen and len(steps) < TURNS:
                steps.append(len(steps))
                yield bluelet.null()
            while "has a connection" not in seen:
                yield bluelet.sleep(0.001)
        close(listener)

    bluelet.run(root())

    assert "has a connection" in seen
    assert len(steps) < TURNS
