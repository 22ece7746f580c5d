"""What is asked of a connection or a listener that has been closed.

Every operation on it raises `SocketClosedError`, in the expression that makes the event or at its
`yield`, as the port likes, so a program that catches it there catches it either way.

A `SocketClosedError` that nobody catches ends the run like any other exception: it is the program's
own doing, and no peer's.
"""

from bluelet_spec.clause import Implementation, may, should
from bluelet_spec.probe import Coroutine, raised_by
from bluelet_spec.wire import connected, free_port, loopback


@should("close.at-once")
def operations_afterwards(bluelet: Implementation) -> None:
    """Every operation on a closed connection SHOULD raise `SocketClosedError` in its thread.

    Source: observed: so do all known implementations; `SocketClosedError` is there for it.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        connection.close()
        operations = {"recv": (10,), "readline": (), "send": (b"data",), "sendall": (b"data",)}
        for name, arguments in operations.items():
            try:
                yield getattr(connection, name)(*arguments)
            except bluelet.SocketClosedError:
                seen.append(name)
        peer.close()

    bluelet.run(root())

    assert seen == ["recv", "readline", "send", "sendall"]


@should("listener.close-ends-listening", methods=("Listener.close",))
def accept_afterwards(bluelet: Implementation) -> None:
    """`accept` on a closed listener SHOULD raise `SocketClosedError` in its thread.

    Source: observed: so do all known implementations; `SocketClosedError` is there for it.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        listener.close()
        try:
            yield listener.accept()
        except bluelet.SocketClosedError:
            seen.append("refused")

    bluelet.run(root())

    assert seen == ["refused"]


@should("close.operations-afterwards")
def between_making_and_yielding(bluelet: Implementation) -> None:
    """An event made before its connection was closed, yielded after, SHOULD raise all the same.

    It raises `SocketClosedError` at its `yield`.

    Source: ruling: an event has no effect before it is yielded, and then the connection is closed.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        events = {
            "recv": connection.recv(10),
            "readline": connection.readline(),
            "send": connection.send(b"data"),
            "sendall": connection.sendall(b"data"),
        }
        connection.close()
        for name, event in events.items():
            try:
                yield event
            except bluelet.SocketClosedError:
                seen.append(name)
        peer.close()

    bluelet.run(root())

    assert seen == ["recv", "readline", "send", "sendall"]


@should("close.operations-afterwards")
def error_is_an_exception(bluelet: Implementation) -> None:
    """`SocketClosedError` SHOULD be an `Exception`, for `except Exception` to catch it.

    Source: observed: so it is in all known implementations.
    """
    caught: list[Exception] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        connection.close()
        try:
            yield connection.recv(1)
        except Exception as error:
            caught.append(error)
        peer.close()

    bluelet.run(root())

    assert len(caught) == 1
    assert isinstance(caught[0], bluelet.SocketClosedError)


@may("an OSError", "no OSError", presupposes=("close.operations-afterwards",))
def error_and_os_errors(bluelet: Implementation) -> str:
    """`SocketClosedError` MAY be an `OSError`, as what fails in the operating system is.

    Source: observed: it is none in the known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        connection.close()
        try:
            yield connection.recv(1)
        except OSError:
            seen.append("an OSError")
        except bluelet.SocketClosedError:
            seen.append("no OSError")
        peer.close()

    bluelet.run(root())

    [choice] = seen
    return choice


@should(
    "close.operations-afterwards", "exceptions.from-a-spawned-thread", "run.waits-for-every-thread"
)
def error_is_no_disconnect(bluelet: Implementation) -> None:
    """A `SocketClosedError` that a thread does not catch SHOULD be raised by `run`.

    Source: ruling: what ends a thread quietly is a peer's disconnect, and this one is home-made.
    """
    seen: list[str] = []

    def careless() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        connection.close()
        peer.close()
        seen.append("receives")
        yield connection.recv(1)

    def root() -> Coroutine:
        yield bluelet.spawn(careless())

    error = raised_by(bluelet.run, root())

    assert seen == ["receives"]
    assert isinstance(error, bluelet.SocketClosedError)
