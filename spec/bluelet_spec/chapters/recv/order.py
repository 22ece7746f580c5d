"""Who goes on first, where data are there or come.

An implementation may try at once, or ask the operating system first; it may look for what has come
as often as it likes, and learns of several connections in whichever order it is told. Fairness has
its bounds all the same.
"""

from typing import Any

from bluelet_spec.clause import Implementation, may
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import close, connected, until_there_are


@may(
    "at once",
    "others first",
    presupposes=(
        "recv.up-to-size",
        "null.lets-others-run",
        "run.waits-for-every-thread",
    ),
)
def receiver_goes_on(bluelet: Implementation) -> str:
    """Where there is data, a `recv` MAY go on at once, or after other ready threads had a turn.

    Source: observed: implementations differ; the README does not say.
    """
    seen: list[str] = []

    def other() -> Coroutine:
        for _ in range(10):
            seen.append("other")
            yield bluelet.null()

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.sendall(b"data")
        yield bluelet.spawn(other())
        while "other" not in seen:
            yield bluelet.null()
        seen.append("receives")
        yield connection.recv(4)
        seen.append("received")
        close(connection)
        peer.close()

    bluelet.run(root())

    between = seen[seen.index("receives") + 1 : seen.index("received")]
    return "others first" if between else "at once"


@may("received first", "ready first", presupposes=("recv.suspends-only-its-thread", "join.waits"))
def received_or_ready_first(bluelet: Implementation) -> str:
    """A thread for which data has come MAY go on before or after those that are ready.

    Source: observed: it hangs on when an implementation asks the operating system.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(4)
        seen.append("received")

    def ready() -> Coroutine:
        seen.append("ready")
        yield bluelet.null()

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        peer.sendall(b"data")
        yield bluelet.spawn(ready())
        yield bluelet.join(thread)
        close(connection)
        peer.close()

    bluelet.run(root())

    return "received first" if seen.index("received") < seen.index("ready") else "ready first"


@may("who waits longest", "who was sent to first", presupposes=("recv.several-connections",))
def order_of_connections(bluelet: Implementation) -> str:
    """Threads for which data have come on several connections MAY go on in any order.

    Source: observed: it is the order in which the operating system tells of them.
    """
    waiting: list[str] = []
    received: list[str] = []

    def reader(connection: Any, name: str) -> Coroutine:
        waiting.append(name)
        yield connection.recv(4)
        received.append(name)

    def root() -> Coroutine:
        pairs = []
        for name in ("first", "second"):
            pair = yield from connected(bluelet)
            pairs.append(pair)
            yield bluelet.spawn(reader(pair[0], name))
        while len(waiting) < 2:
            yield bluelet.null()
        yield bluelet.null()
        for name in reversed(waiting):
            pairs[name == "second"][1].sendall(b"data")
        yield from until_there_are(bluelet, 2, received)
        for connection, peer in pairs:
            close(connection)
            peer.close()

    bluelet.run(root())

    return "who waits longest" if received[0] == waiting[0] else "who was sent to first"


@may("raises", "ends the stream", presupposes=("recv.reset-raises",))
def unread_at_the_close(bluelet: Implementation) -> str:
    """Where a peer has closed and left data unread, `recv` MAY raise `OSError` or return `b""`.

    It says that what was sent has not arrived; whether it is told is the operating system's affair.

    Source: observed: Linux tells of a reset; so do others, over TCP.
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield connection.sendall(b"data")
        peer.close()
        try:
            seen.append((yield connection.recv(4)))
        except OSError:
            seen.append(b"raises")
        close(connection)

    bluelet.run(root())

    assert seen in ([b"raises"], [b""])
    return "ends the stream" if seen == [b""] else "raises"
