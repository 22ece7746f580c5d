"""One rule for each event: what becomes of the thread that yields it, and of others.

A rule is named after its event, and its docstring names the clauses that it is made of. It says who
is ready afterwards, what each `yield` will give, and by which clauses. Where only a clause that is
not in force would say so, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bluelet_spec.model.moves import State
from bluelet_spec.model.state import NEVER, Thread, Unspecified
from bluelet_spec.model.threads import Threads
from bluelet_spec.model.transfers import receive, send, withdraw
from bluelet_spec.programs.language import (
    ROOT,
    Call,
    End,
    Join,
    Kill,
    Null,
    ReadLine,
    Receive,
    Send,
    SendAll,
    Sleep,
    Spawn,
    Statement,
    Yield,
)
from bluelet_spec.programs.running import BEGINS, ERROR, GOES_ON, NONE


def null(run: Threads, thread: Thread, statement: Null) -> None:
    """null.lets-others-run, null.round-robin, null.returns-none."""
    run.goes_on(thread, (NONE,), "null.returns-none", "null.lets-others-run", at_once=False)


def sleep(run: Threads, thread: Thread, statement: Sleep) -> None:
    """sleep.never-early, sleep.overdue-order, sleep.same-duration, sleep.zero-or-less."""
    thread.enter(State.SLEEPING)
    thread.turn = run.next_turn()
    thread.sees = (NONE,)
    thread.value_clause, thread.duty = "sleep.returns-none", "sleep.suspends-only-its-thread"
    thread.deadline = (run.blocks, max(statement.ticks, 0))
    thread.since = NEVER if statement.ticks > 0 else run.turns


def call(run: Threads, thread: Thread, statement: Call | Yield) -> None:
    """call.runs-callee-to-its-end, call.yielding-a-generator, call.callee-begins."""
    name = statement.name
    if name in run.finished:
        _exhume(run, name)
        run.goes_on(thread, (NONE, ERROR), "call.finished-generator")
    elif name in run.owner:
        itself = name in thread.stack
        clause = "call.itself-raises" if itself else "call.scheduled-coroutine-raises"
        _refuse(run, thread, name, clause, "call")
    else:
        thread.stack.append(name)
        run.owner[name] = thread
        run.callees.add(name)
        run.goes_on(thread, (BEGINS,), "call.runs-callee-to-its-end")


def spawn(run: Threads, thread: Thread, statement: Spawn) -> None:
    """spawn.both-run, spawn.parent-first, spawn.in-order, spawn.value, spawn.parent-goes-on."""
    name = statement.name
    if name in run.finished:
        _exhume(run, name)
        run.goes_on(thread, (GOES_ON, ERROR), "spawn.finished-generator")
    elif name in run.owner:
        _refuse(run, thread, name, "spawn.scheduled-coroutine-raises", "spawn")
    else:
        run.goes_on(thread, (GOES_ON,), "spawn.both-run")
        thread.child = run.start(name, "spawn.both-run")


def _exhume(run: Threads, name: str) -> None:
    """Nothing says what one that ended by `end` or `kill` does when it is started again.

    Its generator may never have finished. What is known to be unclosed does anything.
    """
    if name in run.unclosed:
        raise Unspecified
    run.undead.discard(name)
    if run.finished[name] in ("kill", "end"):
        run.revived.add(name)


def _refuse(run: Threads, thread: Thread, name: str, clause: str, verb: str) -> None:
    """spawn.scheduled-coroutine-raises and its like; the coroutine notices nothing."""
    other = run.owner[name]
    if other is not thread:
        whom = "sleeper" if other.state is State.SLEEPING else "scheduled-coroutine"
        run.disturbed[name] = f"{verb}.leaves-a-{whom}-alone"
    if verb == "call" and other.stack[0] != name:
        run.called_twice.add(name)
    run.goes_on(thread, (ERROR,), clause)
    thread.is_refused = True


def join(run: Threads, thread: Thread, statement: Join) -> None:
    """join.waits, join.after-finish and its like, join.each-in-turn, join.itself."""
    name = statement.name
    if name in run.finished:
        how = run.finished[name].replace("end", "finish")
        clause = f"join.after-{how}"
        if name in run.callees and how != "failure":  # It was no thread.
            thread.enter(State.ADRIFT)
            thread.sees, thread.value_clause = (NONE, ERROR), "join.returns-none"
            return
        if thread.joined not in ("", name) and how == "finish":  # It has waited for another before.
            clause = "join.each-in-turn"
        run.goes_on(thread, (NONE,), "join.returns-none", clause)
    elif name in thread.stack:
        thread.value_clause = "join.itself"
        thread.enter(State.ADRIFT)  # Or nobody notices before nobody is left who goes on.
        thread.sees = (ERROR,)
    elif name in run.owner:
        thread.enter(State.JOINING)
        thread.joined = name
    else:
        run.goes_on(thread, (ERROR,), "join.never-spawned")


def end(run: Threads, thread: Thread, statement: End) -> None:
    """end.value-to-caller, end.runs-finally, end.finally-may-yield, end.finally-may-raise.

    end.finally-runs: at once, or when the thread's turn comes.
    """
    name = thread.stack[-1]
    run.end_values[name] = statement.value
    clause = "end.runs-finally"
    if len(thread.stack) == 1:
        clause += "-in-root" if name == ROOT else "-in-a-thread"
    if run.cleans_up(name) and not run.comes_next(name, "finally"):
        run.goes_on(thread, ("finally",), "end.code-after-does-not-run", clause)
        thread.is_ending = True
    else:
        clean_up(run, thread, clause)


def clean_up(run: Threads, thread: Thread, clause: str) -> None:
    """Carry out the `finally` blocks around an `end`."""
    thread.is_ending = False
    run.because = clause
    name = thread.stack[-1]
    coroutine = run.coroutines[name]
    run.advance(thread, name, coroutine.throw, GeneratorExit)


def kill(run: Threads, thread: Thread, statement: Kill) -> None:
    """kill.ready and its like, kill.returns-none, kill.itself, kill.called-coroutine.

    kill.spares-others

    closing.callees-first, closing.before-the-killer-goes-on, closing.failure-after-kill
    """
    name = statement.name
    victim = run.owner.get(name)
    if victim is None:
        _kill_nobody(run, thread, name)
        return
    if victim is thread:
        run.assume("kill.itself")
    withdraw(run, victim)
    if victim.state is State.JOINING:
        run.deserted.add(victim.joined)
    part = victim.stack[victim.stack.index(name) :]
    run.killers.update(dict.fromkeys(part, thread))
    run.tombs.update(dict.fromkeys(part, _tomb(run, thread, victim, part)))
    if victim.is_ending:  # It may have finished without its clean-up.
        run.suspect, run.suspected = "kill.finished-spares-others", thread
        run.disturbed[name] = "kill.finished-thread"
    victim.child = None  # There is nobody left to go on before it.
    run.goes_on(thread, None, "kill.returns-none", "kill.ready")
    raised = tuple(filter(None, [_close(run, victim, each) for each in reversed(part)]))
    is_closed = run.unclosed.isdisjoint(part)
    if victim is thread:
        run.latest = None
        if raised:  # There is no killer to raise it in.
            raise Unspecified
    else:
        thread.sees = (NONE, *raised) if is_closed or raised else None
        run.latest = thread
    if victim.stack:  # kill.called-coroutine-gives
        sees = (NONE, ERROR, *raised)
        run.goes_on(
            victim,
            sees if is_closed or raised else None,
            "kill.called-coroutine",
            at_once=victim is thread,
        )
        victim.turn = 0


def _close(run: Threads, victim: Thread, name: str) -> str:
    """Close the innermost coroutine of a thread; return what its clean-up raised, or nothing."""
    tomb = run.tombs[name]
    run.finish(victim, name, "kill")
    run.because = "kill.itself" if tomb == "kill.itself" else CLOSED
    if any(run.comes_next(caller, "finally") for caller in victim.stack if caller in run.tombs):
        run.because = "closing.callees-first"
    raised = run.close_now(name, is_due=run.because != CLOSED)
    run.wake_joiners(name, run.killers[name], "join.killed-while-waiting", "join.after-kill")
    return raised


def _kill_nobody(run: Threads, thread: Thread, name: str) -> None:
    """kill.finished-thread, kill.twice, kill.never-spawned."""
    run.suspected = thread
    if name in run.finished:
        clause = "kill.twice" if run.finished[name] == "kill" else "kill.finished-thread"
        sees, run.suspect = (NONE,), "kill.finished-spares-others"
        run.disturbed[name] = clause
        caller = run.ended_for.get(name)
        if caller is not None and caller.sees:  # end.finally-runs: it may not have ended yet.
            caller.sees += (NONE, ERROR)
    else:
        clause = "kill.never-spawned"
        sees, run.suspect = (ERROR,), "kill.never-spawned-spares-others"
    run.goes_on(thread, sees, clause)


CLOSED = "closing.before-the-killer-goes-on"
"""What holds of all that is killed, where no clause is about what it was doing."""


def _tomb(run: Threads, killer: Thread, victim: Thread, part: list[str]) -> str:
    """Return the clause by which a killed thread does not run again."""
    if victim is killer:
        return "kill.itself"
    if part[0] != victim.stack[0]:
        return "kill.called-coroutine"
    if victim.state in (State.JOINING, State.ADRIFT) and victim.asked[-1] is Join:
        return "kill.joining"
    if len(part) > 1:
        return "kill.ready-deep-in-calls" if victim.since != NEVER else "kill.deep-in-calls"
    if victim.sees == (BEGINS,):
        return "kill.not-yet-started"
    if victim.state is State.RECEIVING and not victim.sees:
        is_by_line = isinstance(victim.receives, ReadLine)
        return CLOSED if is_by_line else "recv.killed-while-it-waits"
    is_asleep = victim.state is State.SLEEPING and victim.since == NEVER
    if is_asleep and run.acts_before(part[-1], killer.stack[-1]):
        is_asleep = False  # Its time had come.
    return "kill.sleeping" if is_asleep else "kill.ready"


RULES: dict[type[Statement], Callable[[Threads, Thread, Any], None]] = {
    Null: null,
    Sleep: sleep,
    Call: call,
    Yield: call,
    Spawn: spawn,
    Join: join,
    Kill: kill,
    End: end,
    Send: send,
    SendAll: send,
    Receive: receive,
    ReadLine: receive,
}
"""Which rule is for what a thread yields."""
