"""Several threads that wait for one descriptor, and one that waits no more.

They do not know of each other; what one takes, another does not get.
"""

import os
import socket
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine
from bluelet_spec.wire import fill, taken, until_there_are


@should("waitable.gives-what-fire-returns", "run.waits-for-every-thread")
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


@should("waitable.several-threads", "sleep.suspends-only-its-thread")
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
