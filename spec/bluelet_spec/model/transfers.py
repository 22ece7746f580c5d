"""The rules for connections: who sends, who receives, and what it is to close one.

To receive is to wait until there is something; who may go on by then stands in no order with those
that are ready, nor with those that another connection lets go on (``recv.received-or-ready-first``,
``recv.order-of-connections``, ``close.woken-or-ready-first``).
"""

from __future__ import annotations

from bluelet_spec.model.moves import State
from bluelet_spec.model.state import NEVER, Thread, Unspecified
from bluelet_spec.model.streams import End, given_by
from bluelet_spec.model.threads import Threads
from bluelet_spec.programs.language import ReadLine, Receive, Send, SendAll
from bluelet_spec.programs.running import ERROR


def send(run: Threads, thread: Thread, statement: Send | SendAll) -> None:
    """send.returns-how-much, sendall.sends-everything, send.sender-goes-on.

    send.where-there-is-room,
    close.operations-afterwards, send.to-a-closed-peer, sendall.to-a-closed-peer
    """
    end = run.streams.ends[statement.connection]
    thread.uses = end.name
    if _is_closed(run, thread, end):
        return
    if run.streams.peer(end).is_closed:
        _fails(run, thread, f"{statement.word}.to-a-closed-peer", disconnects=True)
        return
    run.streams.begin_sending(thread, end, statement.data.encode())
    is_all = isinstance(statement, SendAll)
    clause = "sendall.returns-none" if is_all else "send.returns-how-much"
    duty = "sendall.sends-everything" if is_all else clause
    run.goes_on(thread, given_by(statement), clause, duty)
    thread.turn, thread.since = 0, NEVER


def receive(run: Threads, thread: Thread, statement: Receive | ReadLine) -> None:
    """recv.up-to-size, recv.end-of-stream, recv.suspends-only-its-thread, recv.receiver-goes-on.

    recv.of-what-has-come,
    readline.up-to-newline, readline.end-of-stream, readline.suspends-only-its-thread
    """
    thread.uses = statement.connection
    if not _is_closed(run, thread, run.streams.ends[statement.connection]):
        thread.enter(State.RECEIVING)
        thread.receives, thread.sees = statement, ()
        thread.turn, thread.since = run.next_turn(), NEVER
        thread.value_clause = thread.duty = f"{statement.word}.suspends-only-its-thread"


def close(run: Threads, name: str) -> None:
    """close.at-once, close.twice, close.what-was-sent-arrives.

    close.wakes-receivers, close.wakes-line-readers, close.in-the-moment-of-readiness
    """
    end = run.streams.ends[name]
    run.because = "close.twice" if end.is_closed else "close.at-once"
    if end.is_closed:
        return
    end.is_closed = True
    peer = run.streams.peer(end)
    peer.may_be_reset = bool(end.come or end.under_way)
    if any(each.uses == name and each.receives is None for each in run.threads):
        run.is_open = True  # Who sends, or has lost its peer: the one failure or the other.
    if end.sender is not None:
        _lose_peer(run, end.sender)
    end.come, end.under_way, end.sender, end.taken = b"", b"", None, 0
    for thread in run.streams.line(name, run.threads):
        by_line = isinstance(thread.receives, ReadLine)
        clause = "close.wakes-line-readers" if by_line else "close.wakes-receivers"
        if thread.sees:
            clause = "close.in-the-moment-of-readiness"
        sees = thread.sees or ()
        run.goes_on(thread, (*sees, ERROR), clause, at_once=False)
        thread.turn, thread.since, thread.frail = 0, NEVER, clause
        spares = "close.receivers-connection-spares-others"
        is_more = run.suspect == spares and run.suspected is not thread
        run.suspect, run.suspected = spares, None if is_more else thread


def _lose_peer(run: Threads, sender: Thread) -> None:
    """sendall.peer-closes-meanwhile, send.to-a-closed-peer: or all was sent before."""
    is_all = sender.value_clause == "sendall.returns-none"
    clause = "sendall.peer-closes-meanwhile" if is_all else "send.to-a-closed-peer"
    sender.sees = sender.sees and (*sender.sees, ERROR)
    sender.duty, sender.frail, sender.disconnects = clause, clause, True


def withdraw(run: Threads, victim: Thread) -> None:
    """recv.killed-while-it-waits, recv.killed-as-data-comes, readline.killed-within-a-line."""
    if any(end.sender is victim for end in run.streams.ends.values()):
        raise Unspecified
    if victim.receives is None:
        return
    end = run.streams.ends[victim.receives.connection]
    by_line = isinstance(victim.receives, ReadLine)
    end.killed = "readline.killed-within-a-line" if by_line else "recv.killed-while-it-waits"
    if victim.sees:
        end.killed = "readline.killed-as-a-line-comes" if by_line else "recv.killed-as-data-comes"
        run.assume(end.killed)


def look(run: Threads, thread: Thread) -> None:
    """Find what a thread that receives may get by now.

    recv.reset-raises, readline.reset-raises
    """
    assert thread.receives is not None
    thread.sees = tuple(run.streams.outcomes(thread))
    if thread.sees and run.streams.ends[thread.receives.connection].come:
        thread.since = min(thread.since, run.turns)  # recv.nulls-starve-no-reader
    if ERROR in thread.sees:
        thread.frail = f"{thread.receives.word}.reset-raises"


def _is_closed(run: Threads, thread: Thread, end: End) -> bool:
    """Return whether a connection is closed; then what is done with it fails."""
    if end.is_closed:
        _fails(run, thread, "close.operations-afterwards")
    return end.is_closed


def _fails(run: Threads, thread: Thread, clause: str, *, disconnects: bool = False) -> None:
    run.goes_on(thread, (ERROR,), clause)
    thread.frail, thread.disconnects = clause, disconnects
