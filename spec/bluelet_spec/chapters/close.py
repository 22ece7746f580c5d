"""`close` closes a connection or a listener at once, and whoever waits on it is told.

It is no event: a program calls it, and it has happened. What was sent before arrives, and then the
peer sees the end of the stream. Every operation on what has been closed raises `SocketClosedError`,
whether the thread asks for it afterwards or has been waiting all the while; in the expression that
makes the event or at its `yield`, as the port likes, so a program that catches it there catches it
either way.

*To close a connection is the affair of those who use it, and of nobody else.* The operating system
gives the number of a closed descriptor to whatever is opened next; an implementation that still
has the number on its list when that happens waits for the wrong connection, or fails for all.

The README does not mention `close`. But a connection that cannot be closed is of no use, and every
program written for bluelet closes its own.

Left open: what has been received and not been asked for when the connection is closed; a descriptor
that is closed behind bluelet's back. A `SocketClosedError` that nobody catches ends the run like
any other exception: it is the program's own doing, and no peer's.
"""

import os
from socket import socket
from typing import Any

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, finished, raised_by
from bluelet_spec.wire import connected, free_port, loopback, received


def _descriptors() -> int:
    """Return how many descriptors are open, of the first thousand."""
    return sum(raised_by(os.fstat, descriptor) is None for descriptor in range(1000))


def _is_open(peer: socket) -> bool:
    """Return whether a plain socket has not been told of the end of the stream."""
    peer.setblocking(False)
    try:
        return peer.recv(1) != b""
    except BlockingIOError:
        return True


def _stop(bluelet: Implementation, thread: Coroutine) -> Coroutine:
    """Kill a thread that may wait for ever, or may have ended without a trace."""
    if not finished(thread):
        try:
            yield bluelet.kill(thread)
        except Exception:
            pass


@should()
def at_once(bluelet: Implementation) -> None:
    """`connection.close()` SHOULD end the stream for the peer at once, without being yielded.

    Source: observed: so do all known implementations. The README has no word on it.
    """
    ends: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        connection.close()
        ends.append(peer.recv(1))
        peer.close()

    bluelet.run(root())

    assert ends == [b""]


@should("close.at-once")
def what_was_sent_arrives(bluelet: Implementation) -> None:
    """What has been sent before `close` SHOULD arrive, and then the end of the stream.

    Source: observed: so do all known implementations, and so does a socket.
    """
    arrived: list[bytes] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        yield connection.sendall(b"a last word")
        connection.close()
        arrived.append(received(peer, 100))
        peer.close()

    bluelet.run(root())

    assert arrived == [b"a last word"]


@should("close.at-once")
def twice(bluelet: Implementation) -> None:
    """To close a connection again SHOULD have no effect.

    Source: observed: so do all known implementations. A handler of `server` relies on it, whose
    connection is closed after it.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(3):
            connection.close()
            seen.append("closed")
            yield bluelet.null()
        peer.close()

    bluelet.run(root())

    assert seen == ["closed"] * 3


@should()
def listener_twice(bluelet: Implementation) -> None:
    """To close a listener again SHOULD have no effect.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        for _ in range(3):
            listener.close()
            seen.append("closed")
            yield bluelet.null()

    bluelet.run(root())

    assert seen == ["closed"] * 3


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


@should()
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


@should("close.operations-afterwards", "exceptions.from-a-spawned-thread")
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


@must("join.waits")
def receivers_connection_spares_others(bluelet: Implementation) -> None:
    """To close a connection on which a thread waits to receive MUST NOT affect unrelated threads.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
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
        seen.append((yield connection.recv(10)))

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
            connection.close()
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        for thread in waiters:
            yield from _stop(bluelet, thread)
        seen.append("root goes on")
        another.close()
        for peer in (one_peer, two_peer, another_peer):
            peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 3 + [b"data", "root goes on"]


@must("sendall.holds-up-nobody", "join.waits")
def senders_connection_spares_others(bluelet: Implementation) -> None:
    """To close a connection on which a thread waits to send MUST NOT affect unrelated threads.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[object] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.sendall(bytes(20_000_000))
        except Exception:
            pass

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(10)))

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
        one.close()
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        yield from _stop(bluelet, waiter)
        seen.append("root goes on")
        another.close()
        one_peer.close()
        another_peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + [b"data", "root goes on"]


@must("join.waits")
def accepters_listener_spares_others(bluelet: Implementation) -> None:
    """To close a listener on which a thread waits to accept MUST NOT affect unrelated threads.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
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
        seen.append((yield connection.recv(10)))

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
        listener.close()
        yield bluelet.sleep(0.001)
        another_peer.sendall(b"data")
        yield bluelet.join(other)
        yield from _stop(bluelet, waiter)
        seen.append("root goes on")
        another.close()
        another_peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + [b"data", "root goes on"]


@must("join.waits")
def in_the_moment_of_readiness_spares_others(bluelet: Implementation) -> None:
    """To close a connection whose thread is about to receive MUST NOT affect unrelated threads.

    Data have come for two threads; the first to go on closes the other's connection.

    Source: README, The "Echo" Server: code that "looks sequential but acts concurrent".
    """
    seen: list[object] = []

    def receiver(own: Any, others: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield own.recv(10)
        except Exception:
            pass
        others.close()

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(10)))

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
            connection.close()
        for peer in (one_peer, two_peer, another_peer):
            peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 3 + [b"data", "root goes on"]


@should("close.in-the-moment-of-readiness-spares-others", "close.wakes-receivers")
def in_the_moment_of_readiness(bluelet: Implementation) -> None:
    """A thread whose connection is closed as its data come SHOULD get them or `SocketClosedError`.

    Which of the two is free: the data may have been received already.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[object] = []

    def receiver(own: Any, others: Any) -> Coroutine:
        seen.append("waits")
        try:
            seen.append((yield own.recv(10)))
        except bluelet.SocketClosedError:
            seen.append("closed")
        others.close()

    def root() -> Coroutine:
        one, one_peer = yield from connected(bluelet)
        two, two_peer = yield from connected(bluelet)
        yield bluelet.spawn(receiver(one, two))
        yield bluelet.spawn(receiver(two, one))
        while seen.count("waits") < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        one_peer.sendall(b"data")
        two_peer.sendall(b"data")
        one_peer.close()
        two_peer.close()

    bluelet.run(root())

    assert seen[:3] == ["waits", "waits", b"data"]
    assert seen[3:] in ([b"data"], ["closed"])


@should("close.receivers-connection-spares-others", "close.operations-afterwards")
def wakes_receivers(bluelet: Implementation) -> None:
    """To close a connection SHOULD wake all who wait to receive on it, with `SocketClosedError`.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []

    def receiver(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1)
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(3):
            yield bluelet.spawn(receiver(connection))
        while len(seen) < 3:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 3 + ["closed"] * 3


@should("close.wakes-receivers")
def wakes_line_readers(bluelet: Implementation) -> None:
    """To close a connection SHOULD wake all who wait in `readline`, with `SocketClosedError`.

    It does so even where a part of the line has come.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []

    def reader(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.readline()
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(2):
            yield bluelet.spawn(reader(connection))
        while len(seen) < 2:
            yield bluelet.null()
        peer.sendall(b"half a line")
        yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + ["closed"] * 2


@should("close.senders-connection-spares-others", "close.operations-afterwards")
def wakes_senders(bluelet: Implementation) -> None:
    """To close a connection SHOULD wake all who wait to send on it, with `SocketClosedError`.

    Source: ruling: to close a connection wakes whoever waits on it.
    """
    seen: list[str] = []

    def sender(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.sendall(bytes(20_000_000))
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        for _ in range(2):
            yield bluelet.spawn(sender(connection))
        while len(seen) < 2:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.sleep(0.001)
        connection.close()
        peer.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + ["closed"] * 2


@should("close.accepters-listener-spares-others", "close.accept-afterwards")
def wakes_accepters(bluelet: Implementation) -> None:
    """To close a listener SHOULD wake all who wait in `accept`, with `SocketClosedError`.

    Source: ruling: to close a connection wakes whoever waits on it, and so for a listener.
    """
    seen: list[str] = []

    def accepter(listener: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield listener.accept()
        except bluelet.SocketClosedError:
            seen.append("closed")

    def root() -> Coroutine:
        listener = bluelet.Listener(loopback(), free_port())
        for _ in range(2):
            yield bluelet.spawn(accepter(listener))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        listener.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + ["closed"] * 2


@must("kill.sleeping", "join.waits")
def by_the_victim_of_a_kill_spares_others(bluelet: Implementation) -> None:
    """A thread killed as it waits, whose `finally` closes its connection, MUST NOT affect others.

    Source: README, Basic Usage, `kill`: it aborts the thread that it is given; code that "acts
    concurrent".
    """
    seen: list[object] = []

    def victim(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            yield connection.recv(1)
        finally:
            connection.close()

    def bystander(connection: Any) -> Coroutine:
        seen.append("waits")
        seen.append((yield connection.recv(10)))

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
        for end in (another, one_peer, another_peer):
            end.close()

    bluelet.run(root())

    assert seen == ["waits"] * 2 + [b"data", "root goes on"]


@should("close.wakes-receivers", "join.after-finish")
def number_used_again(bluelet: Implementation) -> None:
    """A connection SHOULD work though its descriptor has the number of one closed before.

    The one before was waited for, and closed while it was, or afterwards; others are waited for
    all the while.

    Source: ruling: to close a connection wakes whoever waits on it, and concerns nobody else.
    """
    arrived: list[bytes] = []
    seen: list[str] = []

    def receiver(connection: Any) -> Coroutine:
        seen.append("waits")
        try:
            arrived.append((yield connection.recv(10)))
        except bluelet.SocketClosedError:
            arrived.append(b"closed")

    def root() -> Coroutine:
        other, other_peer = yield from connected(bluelet)
        yield bluelet.spawn(receiver(other))
        peers = [other_peer]
        for number in range(9):
            connection, peer = yield from connected(bluelet)
            peers.append(peer)
            thread = receiver(connection)
            yield bluelet.spawn(thread)
            while len(seen) < number + 2:
                yield bluelet.null()
            yield bluelet.sleep(0.001)
            if number % 3:
                peer.sendall(b"data")
                yield bluelet.join(thread)
            connection.close()
            yield bluelet.join(thread)
        other_peer.sendall(b"other data")
        for peer in peers:
            peer.close()

    bluelet.run(root())

    assert arrived == [b"closed", b"data", b"data"] * 3 + [b"other data"]


@should("close.at-once")
def frees_the_descriptor(bluelet: Implementation) -> None:
    """A closed connection's descriptor SHOULD be free, though the program holds the connection.

    Source: observed: so it is in all known implementations. A server would run out of them.
    """
    before: list[int] = []
    after: list[int] = []
    connections: list[Any] = []

    def root() -> Coroutine:
        before.append(_descriptors())
        for _ in range(50):
            connection, peer = yield from connected(bluelet)
            connections.append(connection)
            peer.sendall(b"data")
            yield connection.recv(10)
            connection.close()
            peer.close()
        after.append(_descriptors())

    bluelet.run(root())

    assert after[0] < before[0] + 25


@should("close.at-once")
def after_the_run(bluelet: Implementation) -> None:
    """A connection SHOULD be closed by `close` after the run in which it was waited for, too.

    Source: observed: so do all known implementations. `finally` blocks may run that late.
    """
    ends: list[tuple[Any, socket]] = []
    seen: list[bytes] = []

    def receiver(connection: Any) -> Coroutine:
        seen.append((yield connection.recv(10)))

    def root() -> Coroutine:
        connection, peer = yield from connected(bluelet)
        ends.append((connection, peer))
        yield bluelet.spawn(receiver(connection))
        yield bluelet.sleep(0.001)
        peer.sendall(b"data")

    bluelet.run(root())

    [(connection, peer)] = ends
    connection.close()
    assert seen == [b"data"]
    assert peer.recv(1) == b""
    peer.close()


@may("open", "closed", presupposes=("close.at-once",))
def when_its_thread_ends(bluelet: Implementation) -> str:
    """A connection that nobody closes MAY be open or closed once the thread that made it has ended.

    Source: observed: the original leaves it open, as long as somebody holds it; only `server`
    closes the connections that it makes.
    """
    ends: list[tuple[Any, socket]] = []
    seen: list[str] = []

    def opener() -> Coroutine:
        ends.append((yield from connected(bluelet)))

    def root() -> Coroutine:
        thread = opener()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.null()
        [(connection, peer)] = ends
        seen.append("open" if _is_open(peer) else "closed")
        connection.close()
        peer.close()

    bluelet.run(root())

    [choice] = seen
    return choice
