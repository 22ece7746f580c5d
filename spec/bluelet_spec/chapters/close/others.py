"""What a `close` means to threads that have nothing to do with it.

*To close a connection is the affair of those who use it, and of nobody else*, whoever waits on it
just then and for what, and whether or not it is about to go on.
"""

from contextlib import suppress
from typing import Any

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine, finished
from bluelet_spec.wire import connected, free_port, loopback, receive, send_on


def _try_to_close(thing: Any) -> None:
    """Close something, unless the implementation refuses to while a thread waits on it."""
    close = thing.close
    with suppress(Exception):
        close()


def _stop(bluelet: Implementation, thread: Coroutine) -> Coroutine:
    """Kill a thread that may wait for ever, or may have ended without a trace."""
    if not finished(thread):
        try:
            yield bluelet.kill(thread)
        except Exception:
            pass


@should("recv.suspends-only-its-thread", methods=("Connection.close",))
def receivers_connection_spares_others(bluelet: Implementation) -> None:
    """To close a connection on which a thread waits to receive SHOULD NOT affect unrelated threads.

    Source: ruling: to close a connection wakes whoever waits on it, and concerns nobody else.
    """
    seen: list[object] = []

    def receiver(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1)
        except Exception:
            pass

    def line_reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.readline()
        except Exception:
            pass

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield from receive(connection, 4)))

    def root() -> Coroutine:
        one, one_peer = yield from connected(bluelet)
        two, two_peer = yield from connected(bluelet)
        another, another_peer = yield from connected(bluelet)
        waiters = [receiver(one), line_reader(two)]
        other = bystander(another)
        for thread in [*waiters, other]:
            yield bluelet.spawn(thread)
        while seen.count("waits") < 3:
            yield bluelet.null()
        for connection in (one, two):
            yield bluelet.sleep(0.001)
            _try_to_close(connection)
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        for thread in waiters:
            yield from _stop(bluelet, thread)
        seen.append("root goes on")
        for end in (one, two, another):
            _try_to_close(end)
        for peer in (one_peer, two_peer, another_peer):
            peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 3 + [b"data", "root goes on"]


@should("sendall.holds-up-nobody", "recv.suspends-only-its-thread", methods=("Connection.close",))
def senders_connection_spares_others(bluelet: Implementation) -> None:
    """To close a connection on which a thread waits to send SHOULD NOT affect unrelated threads.

    Source: ruling: to close a connection wakes whoever waits on it, and concerns nobody else.
    """
    seen: list[object] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield from send_on(connection)
        except Exception:
            pass

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield from receive(connection, 4)))

    def root() -> Coroutine:
        one, one_peer = yield from connected(bluelet)
        another, another_peer = yield from connected(bluelet)
        waiter = sender(one)
        yield bluelet.spawn(waiter)
        other = bystander(another)
        yield bluelet.spawn(other)
        while seen.count("waits") < 2:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0.001)
        _try_to_close(one)
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        yield from _stop(bluelet, waiter)
        seen.append("root goes on")
        _try_to_close(one)
        _try_to_close(another)
        one_peer.close()
        another_peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + [b"data", "root goes on"]


@should(
    "listener.accept-suspends-only-its-thread",
    "recv.suspends-only-its-thread",
    "exceptions.caught-leaves-others-alone",
    methods=("Listener.close",),
)
def accepters_listener_spares_others(bluelet: Implementation) -> None:
    """To close a listener on which a thread waits to accept SHOULD NOT affect unrelated threads.

    Source: ruling: to close a connection wakes whoever waits on it, and concerns nobody else.
    """
    seen: list[object] = []

    def accepter(listener: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield listener.accept()
        except Exception:
            pass

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield from receive(connection, 4)))

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        another, another_peer = yield from connected(bluelet)
        waiter = accepter(listener)
        yield bluelet.spawn(waiter)
        other = bystander(another)
        yield bluelet.spawn(other)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        _try_to_close(listener)
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        yield from _stop(bluelet, waiter)
        seen.append("root goes on")
        _try_to_close(listener)
        _try_to_close(another)
        another_peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + [b"data", "root goes on"]


@should("recv.suspends-only-its-thread", methods=("Connection.close",))
def in_the_moment_of_readiness_spares_others(bluelet: Implementation) -> None:
    """To close a connection whose thread is about to receive SHOULD NOT affect unrelated threads.

    Data have come for two threads; the first to go on closes the other's connection.

    Source: ruling: to close a connection wakes whoever waits on it, and concerns nobody else.
    """
    seen: list[object] = []

    def receiver(own: Any, others: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield own.recv(10)
        except Exception:
            pass
        _try_to_close(others)

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield from receive(connection, 4)))

    def root() -> Coroutine:
        one, one_peer = yield from connected(bluelet)
        two, two_peer = yield from connected(bluelet)
        another, another_peer = yield from connected(bluelet)
        waiters = [receiver(one, two), receiver(two, one)]
        other = bystander(another)
        for thread in [*waiters, other]:
            yield bluelet.spawn(thread)
        while seen.count("waits") < 3:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        one_peer.sendall(b"data for one")
        two_peer.sendall(b"data for two")
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        for thread in waiters:
            yield from _stop(bluelet, thread)
        seen.append("root goes on")
        for connection in (one, two, another):
            _try_to_close(connection)
        for peer in (one_peer, two_peer, another_peer):
            peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 3 + [b"data", "root goes on"]


@should("recv.killed-while-it-waits", methods=("Connection.close",))
def by_the_victim_of_a_kill_spares_others(bluelet: Implementation) -> None:
    """A thread killed as it waits, whose `finally` closes its connection, SHOULD NOT affect others.

    Source: ruling: to close a connection wakes whoever waits on it, and concerns nobody else.
    """
    seen: list[object] = []

    def victim(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1)
        finally:
            _try_to_close(connection)

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield from receive(connection, 4)))

    def root() -> Coroutine:
        one, one_peer = yield from connected(bluelet)
        another, another_peer = yield from connected(bluelet)
        thread = victim(one)
        yield bluelet.spawn(thread)
        other = bystander(another)
        yield bluelet.spawn(other)
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        yield bluelet.kill(thread)
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        seen.append("root goes on")
        for end in (one, another, one_peer, another_peer):
            _try_to_close(end)

    bluelet.run(root())

    assert seen == ["waits"] * 2 + [b"data", "root goes on"]
