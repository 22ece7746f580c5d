"""`WaitableEvent`: events of a program's own making.

A program that waits for something else than a connection (a pipe, a device, another library's
socket) subclasses `WaitableEvent`. `waitables` returns three collections, of what is to become
readable, writable, or to have urgent data, each a descriptor or an object with `fileno`; when one
of them is ready, `fire` is called, once, and what it returns is what the `yield` returns. They are
the three lists of the system's `select`; urgent data are those that TCP calls out-of-band.

The README does not mention these classes. But programs written for the original use them, and they
are how it is extended.

Left open: what other conditions than urgent data fire an event of the third collection, such as a
hang-up; what an event with nothing to wait for does; one event that two threads wait with at the
same time.
"""

import os
import socket
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import PATIENCE, fill, loopback, taken, until_there_are


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


@should("waitable.gives-what-fire-returns", "spawn.both-run")
def several_threads(bluelet: Implementation) -> None:
    """Where several threads wait for one descriptor, each SHOULD resume once it is ready for it.

    It may be for reading, for writing, or one the one and one the other.

    Source: ruling: threads do not know of each other, and none may be forgotten for another.
    """
    seen: list[str] = []
    one, other = socket.socketpair()
    fill(one)

    class Ready(bluelet.WaitableEvent):  # type: ignore[misc]
        def __init__(self, *waitables: Any) -> None:
            self.lists = waitables

        def waitables(self) -> Any:
            return self.lists

        def fire(self) -> None:
            pass

    def waiter(name: str, event: object) -> Coroutine:
        yield event
        seen.append(name)

    def root() -> Coroutine:
        yield bluelet.spawn(waiter("reads", Ready((one,), (), ())))
        yield bluelet.spawn(waiter("reads too", Ready((one,), (), ())))
        yield bluelet.spawn(waiter("writes", Ready((), (one.fileno(),), ())))
        yield bluelet.spawn(waiter("writes too", Ready((), (one,), ())))
        yield bluelet.sleep(0.01)
        other.send(b"x")
        while len(taken(other, 65536)):
            yield bluelet.null()

    bluelet.run(root())
    one.close()
    other.close()

    assert sorted(seen) == ["reads", "reads too", "writes", "writes too"]


@should("waitable.several-threads")
def taken_by_another_thread(bluelet: Implementation) -> None:
    """`fire` SHOULD NOT be called when another thread has taken what a descriptor was ready for.

    It is called once there is more.

    Source: ruling: no operation blocks the other threads, and `fire` may block where nothing is
    ready.
    """
    seen: list[object] = []
    reader, writer = os.pipe()
    os.set_blocking(reader, False)

    class Byte(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (reader,), (), ()

        def fire(self) -> object:
            try:
                return os.read(reader, 1)
            except BlockingIOError:
                return "nothing"

    def waiter() -> Coroutine:
        seen.append((yield Byte()))

    def root() -> Coroutine:
        yield bluelet.spawn(waiter())
        yield bluelet.spawn(waiter())
        yield bluelet.sleep(0.01)
        for number in (1, 2):
            os.write(writer, b"x")
            yield from until_there_are(bluelet, number, seen)

    bluelet.run(root())
    os.close(reader)
    os.close(writer)

    assert seen == [b"x", b"x"]


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


@should("waitable.gives-what-fire-returns")
def failing_fire(bluelet: Implementation) -> None:
    """What `fire` raises SHOULD be raised in the thread that yielded the event, at its `yield`.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    caught: list[object] = []
    one, other = socket.socketpair()
    errors = [LookupError("not of the system's"), OSError("of the system's")]

    class Failing(bluelet.WaitableEvent):  # type: ignore[misc]
        def __init__(self, error: Exception) -> None:
            self.error = error

        def waitables(self) -> Any:
            return (), (one,), ()

        def fire(self) -> object:
            raise self.error

    def attempt(error: Exception) -> Coroutine:
        try:
            yield Failing(error)
        except Exception as exception:
            caught.append(exception)

    def root() -> Coroutine:
        for error in errors:
            yield bluelet.call(attempt(error))

    bluelet.run(root())
    one.close()
    other.close()

    assert caught == errors


@should("waitable.failing-fire")
def fire_that_would_block(bluelet: Implementation) -> None:
    """`fire` that raises `BlockingIOError` SHOULD be treated like one that raises another error.

    It is called once, and the error is raised at the `yield`: that the descriptor was ready all
    the same is for the program to judge, and so is whether to wait again.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    seen: list[object] = []
    one, other = socket.socketpair()
    error = BlockingIOError("not now")

    class Failing(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (), (one,), ()

        def fire(self) -> object:
            seen.append("fires")
            raise error

    def root() -> Coroutine:
        try:
            yield Failing()
        except BlockingIOError as caught:
            seen.append(caught)

    bluelet.run(root())
    one.close()
    other.close()

    assert seen == ["fires", error]


@should("waitable.gives-what-fire-returns", "spawn.both-run")
def failing_fire_spares_others(bluelet: Implementation) -> None:
    """What `fire` raises SHOULD NOT affect any thread but the one that yielded the event.

    Source: ruling: failures of I/O raise at the `yield` that asked for it, and nowhere else.
    """
    seen: list[str] = []
    one, other = socket.socketpair()

    class Failing(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (), (one,), ()

        def fire(self) -> object:
            seen.append("fires")
            raise LookupError("in the event")

    def careful() -> Coroutine:
        try:
            yield Failing()
        except Exception:
            pass

    def bystander() -> Coroutine:
        while "fires" not in seen:
            yield bluelet.sleep(0)
        yield bluelet.sleep(0.01)
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(careful())

    bluelet.run(root())
    one.close()
    other.close()

    assert seen == ["fires", "bystander"]


@should("waitable.gives-what-fire-returns", "kill.sleeping")
def killed_while_waiting(bluelet: Implementation) -> None:
    """When a thread is killed that waits with a `WaitableEvent`, it SHOULD NOT fire any more.

    Source: ruling: a killed thread does not run again, nor does what it was about to do.
    """
    seen: list[str] = []
    one, other = socket.socketpair()

    class Data(bluelet.WaitableEvent):  # type: ignore[misc]
        def waitables(self) -> Any:
            return (one,), (), ()

        def fire(self) -> None:
            seen.append("fires")

    def victim() -> Coroutine:
        seen.append("waits")
        yield Data()

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "waits" not in seen:
            yield bluelet.null()
        yield bluelet.sleep(0)
        yield bluelet.kill(thread)
        other.send(b"x")
        for _ in range(5):
            yield bluelet.sleep(0.001)
        seen.append("killer ends")

    bluelet.run(root())
    one.close()
    other.close()

    assert seen == ["waits", "killer ends"]
