"""What an event of a program's own waits for, and that it fires.

The thread waits meanwhile, and no other does.
"""

import os
import socket
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import PATIENCE, loopback


@should()
def gives_what_fire_returns(bluelet: Implementation) -> None:
    """`yield` of a `WaitableEvent` SHOULD call `fire` once it is ready, and return its value.

    Source: observed: so do all known implementations, but for the form of what `waitables` returns.
    """
    results: list[object] = []
    reader, writer = os.pipe()

    class Byte(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (reader,), (), ()

        def fire(self) -> object:
            return os.read(reader, 1)

    def child() -> Coroutine:
        yield bluelet.null()
        os.write(writer, b"x")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        results.append((yield Byte()))

    bluelet.run(root())
    os.close(reader)
    os.close(writer)

    assert results == [b"x"]


@should("waitable.gives-what-fire-returns")
def is_an_event(bluelet: Implementation) -> None:
    """A `WaitableEvent` SHOULD be an `Event`.

    Source: observed: so in all known implementations, and programs tell events from other things
    by `isinstance`.
    """
    seen: list[bool] = []
    one, other = socket.socketpair()

    class Room(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (), (one,), ()

        def fire(self) -> object:
            return isinstance(self, bluelet.Event)

    def root() -> Coroutine:
        seen.append((yield Room()))

    bluelet.run(root())
    one.close()
    other.close()

    assert seen == [True]


@should("waitable.gives-what-fire-returns", "spawn.both-run")
def holds_up_nobody(bluelet: Implementation) -> None:
    """While a thread waits with a `WaitableEvent`, the others SHOULD run on, and `fire` wait.

    Source: ruling: no operation on a socket blocks the other threads.
    """
    seen: list[str] = []
    one, other = socket.socketpair()

    class Data(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (one,), (), ()

        def fire(self) -> None:
            seen.append("fires")

    def child() -> Coroutine:
        for _ in range(100):
            yield bluelet.null()
        seen.append("child sends")
        other.send(b"x")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        yield Data()

    bluelet.run(root())
    one.close()
    other.close()

    assert seen == ["child sends", "fires"]


@should("waitable.gives-what-fire-returns")
def writable(bluelet: Implementation) -> None:
    """A `WaitableEvent` SHOULD be able to wait until a descriptor can be written to.

    Source: observed: so do all known implementations.
    """
    results: list[object] = []
    one, other = socket.socketpair()

    class Room(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (), (one,), ()

        def fire(self) -> object:
            return one.send(b"some data")

    def root() -> Coroutine:
        results.append((yield Room()))

    bluelet.run(root())
    arrived = other.recv(100)
    one.close()
    other.close()

    assert results == [9]
    assert arrived == b"some data"


@should("waitable.gives-what-fire-returns", "spawn.both-run")
def urgent(bluelet: Implementation) -> None:
    """A `WaitableEvent` that waits for urgent data only SHOULD fire for them, and for no others.

    Source: observed: so do all known implementations, which leave it to the system's `select`.
    """
    seen: list[object] = []
    with socket.create_server((loopback(), 0)) as listening:
        peer = socket.create_connection(listening.getsockname(), PATIENCE)
        sock, _ = listening.accept()

    class Urgent(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (), (), (sock,)

        def fire(self) -> object:
            return sock.recv(1, socket.MSG_OOB)

    def child() -> Coroutine:
        peer.sendall(b"ordinary")
        for _ in range(5):
            yield bluelet.sleep(0.001)
        seen.append("nothing yet")
        peer.send(b"!", socket.MSG_OOB)

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        seen.append((yield Urgent()))

    bluelet.run(root())
    sock.close()
    peer.close()

    assert seen == ["nothing yet", b"!"]


@should("waitable.gives-what-fire-returns", "spawn.both-run")
def first_of_several(bluelet: Implementation) -> None:
    """A `WaitableEvent` that waits for several descriptors SHOULD fire when the first is ready.

    It fires once, even if others of them become ready as well.

    Source: observed: so do all known implementations.
    """
    seen: list[object] = []
    pairs = [socket.socketpair() for _ in range(3)]

    class Any3(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return [pair[0] for pair in pairs], (), ()

        def fire(self) -> object:
            seen.append("fires")
            return "fired"

    def child() -> Coroutine:
        yield bluelet.null()
        pairs[1][1].send(b"x")
        pairs[2][1].send(b"x")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        seen.append((yield Any3()))
        for _ in range(5):
            yield bluelet.sleep(0)

    bluelet.run(root())
    for pair in pairs:
        pair[0].close()
        pair[1].close()

    assert seen == ["fires", "fired"]


@should("waitable.gives-what-fire-returns")
def yielded_again(bluelet: Implementation) -> None:
    """A `WaitableEvent` that is yielded again SHOULD wait and fire again.

    Source: observed: so do all known implementations.
    """
    results: list[object] = []
    one, other = socket.socketpair()

    class Byte(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (one,), (), ()

        def fire(self) -> object:
            return one.recv(1)

    def root() -> Coroutine:
        event = Byte()
        other.send(b"abc")
        for _ in range(3):
            results.append((yield event))

    bluelet.run(root())
    one.close()
    other.close()

    assert results == [b"a", b"b", b"c"]
