"""What is done where sending fails, above all because the peer has gone.

What fails raises `OSError` at the `yield`, as it would in a sequential program, and can be caught
there or by whoever called. One failure is so much a part of everyday life that a program should
not have to provide for it in each of its threads: that the peer has gone. Where nobody catches
that, it ends the spawned thread that it came to, and nothing else.
"""

import errno
import io
from contextlib import redirect_stderr
from typing import Any

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, raised_by
from bluelet_spec.wire import close, connected, free_port, loopback


@should("send.returns-how-much")
def to_a_closed_peer(bluelet: Implementation) -> None:
    """`send` to a peer that has closed SHOULD raise `OSError` at its `yield`, to be caught there.

    Over a network the first data may still be accepted, until word of the peer has come back.

    Source: ruling: failures of I/O raise at the `yield`.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        except OSError:
            seen.append("caught")
        yield bluelet.null()
        seen.append("goes on")
        close(connection)

    bluelet.run(root())

    assert seen == ["caught", "goes on"]


@should("send.to-a-closed-peer", "exceptions.through-a-call")
def failure_reaches_the_caller(bluelet: Implementation) -> None:
    """When a `send` fails in a coroutine that does not catch it, its caller SHOULD get `OSError`.

    Source: ruling: failures of I/O raise at the `yield`, and exceptions travel along `call`.
    """
    seen: list[str] = []

    def leaf(connection: Any) -> Coroutine:
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        finally:
            seen.append("leaf's finally")

    def middle(connection: Any) -> Coroutine:
        yield bluelet.call(leaf(connection))
        seen.append("middle goes on")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        try:
            yield bluelet.call(middle(connection))
        except OSError:
            seen.append("caught")
        close(connection)

    bluelet.run(root())

    assert seen == ["leaf's finally", "caught"]


@must("run.waits-for-every-thread", "exceptions.caught-leaves-others-alone")
def disconnect_spares_others(bluelet: Implementation) -> None:
    """A peer's disconnect that a spawned thread does not catch MUST NOT affect any other thread.

    Source: README, The "Echo" Server: code that "acts concurrent"; `spawn` is there to "handle
    multiple network connections at once".
    """
    seen: list[str] = []

    def sender() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        seen.append("sends")
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        finally:
            close(connection)

    def bystander() -> Coroutine:
        for _ in range(20):
            yield bluelet.sleep(0.001)
        seen.append("another")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(sender())
        for _ in range(20):
            yield bluelet.sleep(0.001)
        seen.append("another")

    raised_by(bluelet.run, root())

    assert sorted(seen) == ["another", "another", "sends"]


@should(
    "send.disconnect-spares-others",
    "send.to-a-closed-peer",
    "call.runs-callee-to-its-end",
    "run.in-one-os-thread",
)
def disconnect_ends_its_thread(bluelet: Implementation) -> None:
    """A peer's disconnect that a spawned thread does not catch SHOULD end it without a word.

    Its callees end with it, and their `finally` blocks run; `run` does not raise, and nothing is
    written to standard error.

    Source: ruling: a disconnect that nobody catches ends that thread alone, quietly.
    """
    seen: list[str] = []

    def callee(connection: Any) -> Coroutine:
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
        finally:
            seen.append("callee's finally")

    def sender() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        try:
            yield bluelet.call(callee(connection))
            seen.append("sender goes on")
        finally:
            seen.append("sender's finally")
            close(connection)

    def root() -> Coroutine:
        yield bluelet.spawn(sender())

    with redirect_stderr(io.StringIO()) as stderr:
        bluelet.run(root())

    assert seen == ["callee's finally", "sender's finally"]
    assert stderr.getvalue() == ""


@should("send.disconnect-spares-others", "join.waits")
def disconnect_wakes_joiners(bluelet: Implementation) -> None:
    """When a peer's disconnect ends a spawned thread, those that have joined it SHOULD go on.

    Source: ruling: a disconnect that nobody catches ends that thread alone; it has completed.
    """
    seen: list[str] = []

    def sender() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        while "waits" not in seen:
            yield bluelet.sleep(0.001)
        peer.close()
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
            seen.append("sender goes on")
        finally:
            close(connection)

    def root() -> Coroutine:
        thread = sender()
        yield bluelet.spawn(thread)
        seen.append("waits")
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["waits", "joined"]


@may("run raises it", "run returns", presupposes=("send.returns-how-much",))
def disconnect_of_root(bluelet: Implementation) -> str:
    """A peer's disconnect that the root does not catch MAY be raised by `run`.

    Source: observed: the original returns as if all were well, because it ends the root like any
    other thread.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        peer.close()
        seen.append("sends")
        try:
            for _ in range(100):
                yield connection.send(b"to nobody")
                yield bluelet.sleep(0.001)
            seen.append("goes on")
        finally:
            close(connection)

    error = raised_by(bluelet.run, root())

    assert seen == ["sends"]
    assert error is None or isinstance(error, OSError)
    return "run raises it" if error else "run returns"


@should("exceptions.from-a-spawned-thread", "connect.refused", "run.waits-for-every-thread")
def other_failures_are_not_lost(bluelet: Implementation) -> None:
    """An `OSError` other than a disconnect SHOULD be raised by `run`, where nobody catches it.

    A connection that is refused was never there, and a disk that is full is no peer's doing.

    Source: ruling: what ends a thread quietly is a peer's disconnect, and an exception that no
    thread catches ends `run`.
    """
    no_space = OSError(errno.ENOSPC, "no space left on device")
    seen: list[str] = []

    def refused() -> Coroutine:
        seen.append("connects")
        yield bluelet.connect(loopback(), free_port())

    def full() -> Coroutine:
        yield bluelet.null()
        seen.append("writes")
        raise no_space

    def root(child: Coroutine) -> Coroutine:
        yield bluelet.spawn(child)

    errors = [raised_by(bluelet.run, root(child)) for child in (refused(), full())]

    assert seen == ["connects", "writes"]
    assert isinstance(errors[0], OSError)
    assert errors[1] is no_space
