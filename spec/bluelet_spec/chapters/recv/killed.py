"""A thread that is killed in `recv` takes nothing with it.

A thread that is killed while it waits has received nothing, so nothing is lost with it: the next
one that asks gets what comes, and what had come already.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, finished
from bluelet_spec.wire import close, connected, receive


@must("recv.suspends-only-its-thread", "kill.sleeping")
def killed_while_it_waits(bluelet: Implementation) -> None:
    """A thread that was killed while it waited in `recv` MUST NOT take anything of what comes.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(1024)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")
        peer.sendall(b"data")
        peer.close()
        seen.append((yield from receive(connection, len(b"data"))))
        close(connection)

    bluelet.run(root())

    assert seen == ["waits", "killed", b"data"]


@should(
    "recv.end-of-stream",
    "recv.killed-while-it-waits",
    "closing.before-the-killer-goes-on",
    "kill.finishing-spares-others",
    "fairness.naps-starve-nobody",
)
def killed_as_data_comes(bluelet: Implementation) -> None:
    """What has come for a thread that is killed before its `recv` returned it SHOULD NOT be lost.

    The killer cannot know what has come. So it kills here after any number of turns, and the next
    to receive gets what the killed thread did not.

    Source: ruling: to kill a thread takes nothing from its connections.
    """
    data: list[bytes] = []

    def reader(connection: Any) -> Coroutine:
        data.append((yield connection.recv(1024)))

    def root(turns: int) -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"data")
        for _ in range(turns):
            yield bluelet.sleep(0)
        if not finished(thread):
            yield bluelet.kill(thread)
        peer.close()
        while not data or data[-1]:
            data.append((yield connection.recv(1024)))
        close(connection)

    for turns in range(40):
        del data[:]
        bluelet.run(root(turns))

        assert b"".join(data) == b"data", turns
