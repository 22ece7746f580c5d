"""What becomes of an exception that `fire` raises.

It is that of the `yield`, whatever its class, and nobody else's.
"""

import socket
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine


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


@should("waitable.gives-what-fire-returns", "run.waits-for-every-thread")
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
            yield bluelet.sleep(0.001)
        yield bluelet.sleep(0.01)
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(careful())

    bluelet.run(root())
    one.close()
    other.close()

    assert seen == ["fires", "bystander"]
