"""The bound of fairness, and which clause says it of what a thread does all the time.

What is ready, or due, has its turn before any one other thread has had a thousand more. A sleeper
is surely due if it sleeps for no time, or if the run has been blocked since it went to sleep.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

from bluelet_spec.model.moves import State
from bluelet_spec.model.state import Thread
from bluelet_spec.probe import TURNS
from bluelet_spec.programs.language import (
    Call,
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

_NAMES: dict[type[Statement], str] = {
    Call: "calls",
    Yield: "calls",
    Spawn: "spawns",
    Join: "joins",
    Kill: "kills",
}
"""What clauses call the events of which there are two: one for sleepers, one for the ready."""

_STARVE_NOBODY: dict[type[Statement], str] = {
    Sleep: "fairness.naps-starve-nobody",
    Receive: "recv.always-ready-starves-nobody",
    ReadLine: "readline.lines-starve-nobody",
    Send: "send.starves-nobody",
    SendAll: "send.starves-nobody",
}
"""Clauses about the others, whatever these wait for."""


def starving(thread: Thread, starved: Thread, threads: Iterable[Thread]) -> str:
    """Return the clause that forbids a thread another turn, now that one starves, or none.

    It is the clause for what the thread has yielded most often meanwhile. That for spawns and
    sleepers is about threads of which each spawns the next, not about one that spawns them all.
    """
    [(kind, _)] = Counter(thread.asked[-TURNS:]).most_common(1)
    if kind in _STARVE_NOBODY:
        return _STARVE_NOBODY[kind]
    if starved.state is State.RECEIVING and kind is Null:
        return "recv.nulls-starve-no-reader"
    is_sleeper = starved.state is State.SLEEPING
    if kind is Spawn and is_sleeper:
        return ""
    if kind in _NAMES:
        return f"fairness.{_NAMES[kind]}-starve-no-{'sleeper' if is_sleeper else 'thread'}"
    if not is_sleeper:
        return "null.lets-others-run"
    kept_busy = [len(each.turns) - bisect_left(each.turns, starved.since) for each in threads]
    many = sum(turns > TURNS // 2 for turns in kept_busy)
    return f"fairness.{'many-threads' if many > 1 else 'nulls'}-starve-no-sleeper"
