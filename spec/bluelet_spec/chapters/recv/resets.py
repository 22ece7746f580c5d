"""What a peer's reset does to those that receive, and to those that do not.

What had come before it is received first. Then it is a failure like any other, an `OSError` at the
`yield`, to be caught there or by a caller, and for everyone who asks: empty bytes would say that
the stream has ended, and a reader who takes them for that has lost data without knowing. It is also
a disconnect, and where nobody catches that, it ends its thread quietly; the chapter on `send` says
why.
"""

from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import TURNS, Coroutine, finished, raised_by
from bluelet_spec.wire import (
    close,
    connected,
    connected_by_tcp,
    receive,
    reset,
    until_there_are,
)


@must("recv.buffered-first", "connect.gives-a-connection")
def before_a_reset(bluelet: Implementation) -> None:
    """What came before the peer's reset MUST be received before the reset is told.

    Source: README, Basic Usage, `recv`: "Receive data from the connection".
    """
    data: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        peer.sendall(b"a line\nthe rest")
        data.append((yield connection.readline()))
        reset(peer)
        data.append((yield from receive(connection, len(b"the rest"))))
        close(connection)

    raised_by(bluelet.run, root())

    assert data == [b"a line\n", b"the rest"]


@must("recv.suspends-only-its-thread", "connect.gives-a-connection", "join.waits")
def reset_wakes_every_reader(bluelet: Implementation) -> None:
    """When the peer resets the connection, the threads that wait in `recv` MUST NOT wait on.

    Source: README, The "Echo" Server: "When a socket event happens, the coroutine is resumed at the
    point it yielded."
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1024)
        except Exception:
            pass

    def joiner(thread: Coroutine) -> Coroutine:
        yield bluelet.join(thread)
        seen.append("waits no more")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        threads = [reader(connection) for _ in range(2)]
        for thread in threads:
            yield bluelet.spawn(thread)
            yield bluelet.spawn(joiner(thread))
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        for _ in range(TURNS):
            if seen.count("waits no more") < 2:
                yield bluelet.sleep(0.001)
        seen.append("root looks")
        for thread in threads:
            if not finished(thread):
                yield bluelet.kill(thread)
        close(connection)

    raised_by(bluelet.run, root())

    assert seen == ["waits"] * 2 + ["waits no more"] * 2 + ["root looks"]


@should(
    "recv.up-to-size", "connect.gives-a-connection", "join.waits", "join.suspends-only-the-joiner"
)
def reset_raises(bluelet: Implementation) -> None:
    """When the peer resets the connection, the `yield` of a waiting `recv` SHOULD raise `OSError`.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1024)
        except OSError:
            seen.append("reset")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        thread = reader(connection)
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        yield bluelet.join(thread)
        close(connection)

    bluelet.run(root())

    assert seen == ["waits", "reset"]


@should(
    "recv.reset-raises",
    "recv.reset-wakes-every-reader",
    "recv.several-readers-block-nobody",
    "join.each-in-turn",
)
def reset_raises_every_time(bluelet: Implementation) -> None:
    """Once the peer has reset the connection, every further `recv` SHOULD raise `OSError`.

    So it does in each of the threads that wait. The operating system tells of a reset once, and
    then of the end of the stream.

    Source: ruling: a reader who takes a reset for the end has lost data without knowing.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        try:
            seen.append((yield connection.recv(1024)))
        except OSError:
            seen.append("reset")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        threads = [reader(connection) for _ in range(2)]
        for thread in threads:
            yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        for thread in threads:
            yield bluelet.join(thread)
        yield bluelet.call(reader(connection))
        close(connection)

    bluelet.run(root())

    assert seen == ["reset"] * 3


@should("recv.reset-raises", "exceptions.through-a-call")
def reset_raises_through_calls(bluelet: Implementation) -> None:
    """When a `recv` fails in a coroutine that was called, the caller SHOULD receive the `OSError`.

    Source: ruling: an exception travels to the caller along `call`, and failures of I/O are
    exceptions.
    """
    seen: list[object] = []

    def callee(connection: Any) -> Coroutine:
        try:
            data = yield connection.recv(1024)
            yield bluelet.end(data)
        finally:
            seen.append("callee leaves")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        reset(peer)
        try:
            seen.append((yield bluelet.call(callee(connection))))
        except OSError:
            seen.append("reset")
        close(connection)

    bluelet.run(root())

    assert seen == ["callee leaves", "reset"]


@must(
    "recv.suspends-only-its-thread", "connect.gives-a-connection", "sleep.suspends-only-its-thread"
)
def reset_spares_others(bluelet: Implementation) -> None:
    """When a peer resets a connection, threads that do not use it MUST go on.

    Source: README, The "Echo" Server: code "acts concurrent"; `server` serves the others too.
    """
    seen: list[object] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1024)
        except Exception:
            pass
        close(connection)

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield from receive(connection, len(b"data"))))

    def root() -> Coroutine:
        broken, breaker = yield from connected_by_tcp(bluelet)
        connection, peer = yield from connected(bluelet)
        for thread in (reader(broken), bystander(connection)):
            yield bluelet.spawn(thread)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.null()
        reset(breaker)
        for _ in range(20):
            yield bluelet.sleep(0.001)
        peer.sendall(b"data")
        yield from until_there_are(bluelet, 3, seen)
        close(connection)
        peer.close()

    raised_by(bluelet.run, root())

    assert seen == ["waits", "waits", b"data"]


@should("recv.reset-spares-others", "exceptions.caught-leaves-others-alone")
def uncaught_reset(bluelet: Implementation) -> None:
    """A reset that no coroutine of a spawned thread catches SHOULD end that thread, and no other.

    Source: ruling: a peer's disconnect that nobody catches ends that thread alone, quietly.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        yield connection.recv(1024)
        seen.append("received")

    def root() -> Coroutine:
        connection, peer = yield from connected_by_tcp(bluelet)
        yield bluelet.spawn(reader(connection))
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        reset(peer)
        for _ in range(20):
            yield bluelet.sleep(0.001)
        seen.append("root ends")
        close(connection)

    bluelet.run(root())

    assert seen == ["waits", "root ends"]
