"""The model: it allows what conforms, forbids the rest, and says by which clause."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import bluelet_reference
import bluelet_spec.model
import pytest
from bluelet_spec import Level, clauses
from bluelet_spec.model import (
    RULES,
    Demands,
    coroutines,
    departure,
    exercising,
    fairness,
    following,
    in_force,
    rules,
    state,
    streams,
    threads,
    transfers,
)
from bluelet_spec.model.moves import State
from bluelet_spec.model.threads import Threads
from bluelet_spec.programs.drawing import drawn
from bluelet_spec.programs.language import (
    Call,
    Catch,
    Close,
    End,
    Finally,
    Join,
    Kill,
    Log,
    Null,
    Program,
    Raise,
    ReadLine,
    Receive,
    Repeat,
    Return,
    Send,
    SendAll,
    Sleep,
    Spawn,
    Statement,
)
from bluelet_spec.programs.running import Entry, Observation, observe

MUST = in_force(Level.MUST)
SHOULD = in_force(Level.MUST, Level.SHOULD)

NUMBER = 3000

MODULES = (
    bluelet_spec.model, coroutines, exercising, fairness, following, rules, state, streams, threads,
    transfers,
)  # fmt: skip


@cache
def observed() -> list[tuple[Program, Observation]]:
    """Return what drawn programs do on the reference."""
    random = Random(1)
    programs = [drawn(random) for _ in range(NUMBER)]
    return [(each, observe(bluelet_reference, each, Observation())) for each in programs]


@pytest.mark.parametrize("demands", [MUST, SHOULD], ids=["MUST", "SHOULD"])
def test_the_reference_does_what_the_model_allows(demands: Demands) -> None:
    departures = [
        (program.as_json(), seen, found)
        for program, seen in observed()
        if (found := departure(program, seen, demands)) is not None
    ]
    assert departures == []


def trace(*entries: str, ends: str = "returns") -> Observation:
    """Return an observation: entries are written `a 1 gets None`."""
    made: list[Entry] = []
    for entry in entries:
        name, number, outcome = entry.split(" ", 2)
        made.append((name, int(number), outcome))
    return Observation(made, ends)


SPAWNS = Program.of(root=[Spawn("a"), Null()], a=[Null()])
KILLS = Program.of(root=[Spawn("a"), Null(), Kill("a"), Null()], a=[Null(), Null()])
SLEEPS = Program.of(root=[Spawn("a"), Sleep(1)], a=[Sleep(1)])
CLEANS_UP = Program.of(root=[Spawn("a"), Null(), Kill("a")], a=[Finally((Sleep(1),), ())])
CALLS = Program.of(root=[Call("a")], a=[Null(), End(1)])
FAILS = Program.of(root=[Spawn("a"), Catch((Null(),), ()), Null()], a=[Raise(1)])
JOINS = Program.of(root=[Spawn("a"), Join("a")], a=[Null()])
WAITS = Program.of(root=[Join("root")])
SENDS = Program.of(root=[Spawn("a"), Send("p", "abc"), Close("p")], a=[Receive("q", 2)])
READS = Program.of(root=[Spawn("a"), ReadLine("q")], a=[SendAll("p", "ab"), Null(), Close("p")])
CLOSED = Program.of(root=[Spawn("a"), Receive("q", 1)], a=[Close("q"), Catch((ReadLine("q"),), ())])
WAKES = ("root 0 begins", "root 1 goes on", "a 0 begins", "a 1 closes", "a 3 raises an error")
TWO = Program.of(
    root=[Spawn("a"), Spawn("b"), Null(), SendAll("p", "a"), SendAll("p", "b")],
    a=[Receive("q", 9)],
    b=[Receive("q", 9)],
)
TAKES = (
    "root 0 begins",
    "root 1 goes on",
    "root 2 goes on",
    "a 0 begins",
    "b 0 begins",
    "root 3 gets None",
    "root 4 gets None",
    "root 5 gets None",
)
SPARES = Program.of(root=[Spawn("a"), Null()], a=[Close("q"), SendAll("p", "a")])
DIES = Program.of(
    root=[Spawn("a"), Null(), Kill("a"), SendAll("p", "a"), Receive("q", 1)], a=[Receive("q", 1)]
)
HALTS = Program.of(root=[Receive("p", 1)])
BREAKS = Program.of(root=[Spawn("a"), Join("a")], a=[Close("q"), SendAll("p", "a")])
ENDS = Program.of(root=[Call("a")], a=[Finally((End(1),), (Return(2),))])


SENT = ("root 0 begins", "root 1 goes on", "a 0 begins")
READ = SENT
DYING = (*SENT, "root 2 gets None", "root 3 gets None", "root 4 gets None")
BROKEN = (*SENT, "a 1 closes", "a 2 raises an error")


@pytest.mark.parametrize(
    ("program", "seen", "must", "should"),
    [
        (
            SPAWNS,
            trace(
                "root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets None", "a 1 gets None"
            ),
            "",
            "",
        ),
        (
            SPAWNS,
            trace(
                "root 0 begins", "a 0 begins", "root 1 goes on", "root 2 gets None", "a 1 gets None"
            ),
            "",
            "spawn.parent-first",
        ),
        (
            SPAWNS,
            trace(
                "root 0 begins", "root 1 goes on", "root 2 gets None", "a 0 begins", "a 1 gets None"
            ),
            "",
            "fairness.first-in-first-out",
        ),
        (
            SPAWNS,
            trace("root 0 begins", "root 1 goes on", "root 2 gets None"),
            "spawn.both-run",
            "spawn.both-run",
        ),
        (
            SPAWNS,
            trace(
                "root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets 7", "a 1 gets None"
            ),
            "null.returns-none",
            "null.returns-none",
        ),
        (
            KILLS,
            trace(
                "root 0 begins",
                "root 1 goes on",
                "a 0 begins",
                "root 2 gets None",
                "root 3 gets None",
                "a 1 gets None",
                "root 4 gets None",
            ),
            "kill.ready",
            "kill.ready",
        ),
        (
            KILLS,
            trace(
                "root 0 begins",
                "root 1 goes on",
                "a 0 begins",
                "root 2 gets None",
                "root 3 gets None",
                "root 4 gets None",
            ),
            "",
            "",
        ),
        (
            SLEEPS,
            trace(
                "root 0 begins", "root 1 goes on", "a 0 begins", "a 1 gets None", "root 2 gets None"
            ),
            "",
            "sleep.same-duration",
        ),
        (
            SLEEPS,
            trace(
                "root 0 begins",
                "root 1 goes on",
                "a 0 begins",
                "root 2 wakes early",
                "a 1 gets None",
            ),
            "sleep.never-early",
            "sleep.never-early",
        ),
        (
            SLEEPS,
            trace(
                "root 0 begins",
                "root 1 goes on",
                "a 0 begins",
                "root 2 gets None",
                ends="does not return",
            ),
            "sleep.suspends-only-its-thread",
            "sleep.suspends-only-its-thread",
        ),
        (
            CLEANS_UP,
            trace(
                "root 0 begins",
                "root 1 goes on",
                "a 0 begins",
                "root 2 gets None",
                "a 1 finally",
                "root 3 gets None",
            ),
            "",
            "",
        ),
        (
            CLEANS_UP,
            trace(
                "root 0 begins",
                "root 1 goes on",
                "a 0 begins",
                "root 2 gets None",
                "root 3 gets None",
                "a 1 finally",
            ),
            "",
            "closing.before-the-killer-goes-on",
        ),
        (CALLS, trace("root 0 begins", "a 0 begins", "a 1 gets None", "root 1 gets 1"), "", ""),
        (
            CALLS,
            trace("root 0 begins", "a 0 begins", "a 1 gets None", "root 1 gets None"),
            "end.value-to-caller",
            "end.value-to-caller",
        ),
        (
            CALLS,
            trace("root 0 begins", "a 0 begins", "root 1 gets None"),
            "call.runs-callee-to-its-end",
            "call.runs-callee-to-its-end",
        ),
        (
            CALLS,
            trace("root 0 begins", "a 0 begins", "a 1 gets None", "a 2 goes on", "root 1 gets 1"),
            "end.code-after-does-not-run",
            "end.code-after-does-not-run",
        ),
        (FAILS, trace("root 0 begins", "root 1 goes on", "a 0 begins", ends="raises 1"), "", ""),
        (
            FAILS,
            trace(
                "root 0 begins", "root 1 goes on", "a 0 begins", "root 3 gets None", ends="raises 1"
            ),
            "",
            "exceptions.ends-the-run",
        ),
        (
            FAILS,
            trace("root 0 begins", "root 1 goes on", "a 0 begins"),
            "",
            "exceptions.from-a-spawned-thread",
        ),
        (
            JOINS,
            trace(
                "root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets None", "a 1 gets None"
            ),
            "join.waits",
            "join.waits",
        ),
        (WAITS, trace("root 0 begins"), "run.deadlock-never-returns", "run.deadlock-never-returns"),
        (WAITS, trace("root 0 begins", ends="does not return"), "", "join.itself"),
        (WAITS, trace("root 0 begins", "root 1 raises an error", ends="raises an error"), "", ""),
        (ENDS, trace("root 0 begins", "a 0 begins", "a 1 finally", "root 1 gets 2"), "", ""),
        (SENDS, trace(*SENT, "root 2 gets 3", "root 3 closes", "a 1 gets b'ab'"), "", ""),
        (SENDS, trace(*SENT, "a 1 gets b'a'", "root 2 gets 3", "root 3 closes"), "", ""),
        (
            SENDS,
            trace(*SENT, "root 2 gets 3", "root 3 closes", "a 1 gets b'abc'"),
            "recv.whole-and-in-order",
            "recv.whole-and-in-order",
        ),
        (
            SENDS,
            trace(*SENT, "root 2 gets 0", "root 3 closes", "a 1 gets b'ab'"),
            "send.returns-how-much",
            "send.returns-how-much",
        ),
        (
            SENDS,
            trace(*SENT, "root 2 gets 3", "root 3 closes", "a 1 gets b''"),
            "recv.end-of-stream",
            "recv.end-of-stream",
        ),
        (
            SENDS,
            trace(*SENT, "root 2 gets 3", "root 3 closes", ends="does not return"),
            "recv.up-to-size",
            "recv.up-to-size",
        ),
        (
            READS,
            trace(*READ, "a 1 gets None", "a 2 gets None", "a 3 closes", "root 2 gets b'ab'"),
            "",
            "",
        ),
        (
            READS,
            trace(*READ, "a 1 gets None", "root 2 gets b'ab'", "a 2 gets None", "a 3 closes"),
            "readline.up-to-newline",
            "readline.up-to-newline",
        ),
        (
            READS,
            trace(*READ, "a 1 gets None", "a 2 gets None", "a 3 closes", "root 2 gets b''"),
            "readline.end-of-stream",
            "readline.end-of-stream",
        ),
        (
            READS,
            trace(*READ, "a 1 gets 2", "a 2 gets None", "a 3 closes", "root 2 gets b'ab'"),
            "",
            "sendall.returns-none",
        ),
        (
            CLOSED,
            trace(*WAKES, "a 2 raises an error", "root 2 raises an error", ends="raises an error"),
            "",
            "",
        ),
        (
            CLOSED,
            trace(*WAKES, "a 2 raises an error", ends="does not return"),
            "",
            "close.wakes-receivers",
        ),
        (TWO, trace(*TAKES, "a 1 gets b'a'", "b 1 gets b'b'"), "", ""),
        (TWO, trace(*TAKES, "b 1 gets b'a'", "a 1 gets b'b'"), "", "recv.several-readers-in-turn"),
        (
            TWO,
            trace(*TAKES, "a 1 gets b'a'", "b 1 gets b'a'"),
            "recv.whole-and-in-order",
            "recv.whole-and-in-order",
        ),
        (DIES, trace(*DYING, "root 5 gets b'a'"), "", ""),
        (
            DIES,
            trace(*DYING, ends="does not return"),
            "recv.killed-while-it-waits",
            "recv.killed-while-it-waits",
        ),
        (HALTS, trace("root 0 begins", ends="does not return"), "", ""),
        (HALTS, trace("root 0 begins"), "run.waits-for-every-thread", "run.waits-for-every-thread"),
        (BREAKS, trace(*BROKEN, "root 2 gets None"), "", ""),
        (
            BREAKS,
            trace(*BROKEN, ends="raises an error"),
            "",
            "send.disconnect-wakes-joiners",
        ),
        (
            SPARES,
            trace(*BROKEN, "root 2 gets None", ends="raises an error"),
            "",
            "send.disconnect-ends-its-thread",
        ),
        (
            SPARES,
            trace(*BROKEN, ends="raises an error"),
            "send.disconnect-spares-others",
            "send.disconnect-spares-others",
        ),
        (Program.of(root=[Null()]), trace(ends="crashes"), "run.drives-root", "run.drives-root"),
        # What is wrong with an event may be noticed as it is made, by a coroutine that is closed.
        (
            Program.of(root=[Finally((Spawn("a"), Null()), (Spawn("root"),))], a=[Raise(1)]),
            trace(
                *("root 0 begins", "root 2 goes on", "a 0 begins", "root 1 finally"),
                *("root 4 raises an error",),
                ends="raises 1",
            ),
            "",
            "",
        ),
        # Nothing says what a coroutine that has ended does when it is started again.
        (
            Program.of(root=[Call("a"), Spawn("a"), Null()], a=[End(1)]),
            trace(
                "root 0 begins", "a 0 begins", "root 1 gets 1", "root 2 goes on", "a 1 gets None"
            ),
            "",
            "",
        ),
        # A killed thread is resumed when the one has ended that it had joined.
        (
            Program.of(root=[Spawn("a"), Join("a")], a=[Kill("root")]),
            trace(
                *("root 0 begins", "root 1 goes on", "a 0 begins", "a 1 gets None"),
                ends="raises an error",
            ),
            "kill.spares-others",
            "kill.spares-others",
        ),
        (
            Program.of(root=[Spawn("a"), Join("a")], a=[Kill("root"), Kill("root")]),
            trace(
                *("root 0 begins", "root 1 goes on", "a 0 begins", "a 1 gets None"),
                *("a 2 gets None",),
                ends="raises an error",
            ),
            "",
            "",
        ),
        (
            Program.of(
                root=[Spawn("a"), Call("b")], a=[Join("b")], b=[Null(), Kill("a"), Raise(1)]
            ),
            trace(
                *("root 0 begins", "root 1 goes on", "b 0 begins", "a 0 begins", "b 1 gets None"),
                *("b 2 gets None",),
                ends="raises an error",
            ),
            "kill.spares-others",
            "kill.spares-others",
        ),
    ],
)
def test_what_is_forbidden_is_so_by_a_clause(
    program: Program, seen: Observation, must: str, should: str
) -> None:
    for demands, clause in ((MUST, must), (SHOULD, should)):
        found = departure(program, seen, demands)
        assert (found.clause if found else "") == clause


# Faults that stand behind others: programs, what was seen of them on an implementation that has all
# of these faults, and the clause that forbids it, where those of the others are in force no longer.

REPEATED = 1100


@pytest.mark.parametrize(
    ("clause", "told", "program", "seen"),
    [
        (
            "join.failed-callee",
            "",
            {"root": [["spawn", "b"], ["catch", [["call", "a"]], []]], "a": [["raise", 1]],
             "b": [["join", "a"]]},
            trace("root 0 begins", "root 1 goes on", "b 0 begins", "a 0 begins",
                  "root 3 raises 1", "root 2 raises 1", ends="does not return"),
        ),
        (
            "join.after-failure",
            "",
            {"root": [["catch", [["call", "a"]], []], ["join", "a"]], "a": [["raise", 1]]},
            trace("root 0 begins", "a 0 begins", "root 2 raises 1", "root 1 raises 1",
                  ends="does not return"),
        ),
        (
            "join.each-in-turn",
            "",
            {"root": [["spawn", "a"], ["spawn", "b"], ["join", "a"], ["join", "b"]],
             "a": [["null"]], "b": []},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "a 0 begins", "b 0 begins",
                  "a 1 gets None", "root 3 gets None", ends="does not return"),
        ),
        (
            "sleep.overdue-order",
            "",
            {"root": [["spawn", "a"], ["spawn", "b"], ["sleep", 1]], "a": [["sleep", 2]],
             "b": [["block"]]},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "a 0 begins", "b 0 begins",
                  "b 1 blocks", "a 1 gets None", "root 3 gets None"),
        ),
        (
            "closing.failure-does-not-mask",
            "",
            {"root": [["spawn", "a"], ["finally", [["sleep", 1]], [["raise", 2]]]],
             "a": [["raise", 1]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "root 2 finally",
                  ends="raises 2"),
        ),
        (
            "closing.callees-first-when-the-run-ends",
            "",
            {"root": [["finally", [["call", "b"]], []]], "a": [["raise", 1]],
             "b": [["finally", [["spawn", "a"], ["sleep", 1]], []]]},
            trace("root 0 begins", "b 0 begins", "b 2 goes on", "a 0 begins", "root 1 finally",
                  "b 1 finally", ends="raises 1"),
        ),
        (
            "closing.before-the-joiners-go-on",
            "closing.before-the-killer-goes-on fairness.first-in-first-out",
            {"root": [["spawn", "a"], ["spawn", "b"], ["join", "a"]],
             "a": [["finally", [["sleep", 3]], []]], "b": [["kill", "a"]]},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "a 0 begins", "b 0 begins",
                  "root 3 gets None", "b 1 gets None"),
        ),
        (
            "end.runs-finally-in-a-thread",
            "",
            {"root": [["spawn", "a"]], "a": [["finally", [["end", 1]], []]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins"),
        ),
        (
            "kill.finishing-spares-others",
            "closing.before-the-killer-goes-on kill.not-yet-started",
            {"root": [["spawn", "a"], ["spawn", "b"]], "a": [["kill", "b"]], "b": []},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "a 0 begins", "b 0 begins",
                  ends="raises an error"),
        ),
        (
            "kill.itself",
            "closing.before-the-killer-goes-on",
            {"root": [["finally", [["kill", "root"]], []]]},
            trace("root 0 begins"),
        ),
        (
            "fairness.nulls-starve-no-sleeper",
            "",
            {"root": [["spawn", "a"], ["sleep", 0]], "a": [["repeat", REPEATED, [["null"]]]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", *["a 2 gets None"] * REPEATED,
                  "root 2 gets None"),
        ),
        (
            "fairness.calls-starve-no-sleeper",
            "",
            {"root": [["spawn", "a"], ["sleep", 0]],
             "a": [["call", "b"], ["repeat", REPEATED, [["call", "b"]]]], "b": []},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "b 0 begins", "a 1 gets None",
                  *["a 3 gets None"] * REPEATED, "root 2 gets None"),
        ),
        (
            "fairness.kills-starve-no-thread",
            "",
            {"root": [["spawn", "a"], ["call", "b"], ["repeat", REPEATED, [["kill", "b"]]]],
             "a": [["null"]], "b": []},
            trace("root 0 begins", "root 1 goes on", "b 0 begins", "a 0 begins", "root 2 gets None",
                  *["root 4 gets None"] * REPEATED, "a 1 gets None"),
        ),
        (
            "fairness.naps-starve-nobody",
            "sleep.same-duration",
            {"root": [["spawn", "a"], ["sleep", 0]], "a": [["repeat", REPEATED, [["sleep", 0]]]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", *["a 2 gets None"] * REPEATED,
                  "root 2 gets None"),
        ),
        (
            "fairness.many-threads-starve-no-sleeper",
            "",
            {"root": [["spawn", "a"], ["spawn", "b"], ["sleep", 0]],
             "a": [["repeat", REPEATED, [["null"]]]], "b": [["repeat", REPEATED, [["null"]]]]},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "a 0 begins", "b 0 begins",
                  *["a 2 gets None", "b 2 gets None"] * REPEATED, "root 3 gets None"),
        ),
        (
            "null.lets-others-run",
            "fairness.first-in-first-out null.round-robin",
            {"root": [["spawn", "a"], ["null"]], "a": [["repeat", REPEATED, [["null"]]]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", *["a 2 gets None"] * REPEATED,
                  "root 2 gets None"),
        ),
    ],
)  # fmt: skip
def test_a_fault_behind_others_has_its_own_clause(
    clause: str, told: str, program: Any, seen: Observation
) -> None:
    demands = in_force(Level.MUST, Level.SHOULD, but=told.split())
    found = departure(Program.from_json(program), seen, demands)
    assert found is not None
    assert found.clause == clause
    free = in_force(Level.MUST, Level.SHOULD, but=[*told.split(), clause])
    behind = departure(Program.from_json(program), seen, free)
    assert behind is None or behind.clause == clause


# What looks like a fault against another clause: the one whose sentence is broken, "" if none is,
# the faults that were told before, a program, and what was seen of it.


@pytest.mark.parametrize(
    ("clause", "told", "program", "seen"),
    [
        pytest.param(
            "kill.ready",
            "",
            {"root": [["spawn", "a"], ["sleep", 2]], "a": [["sleep", 1], ["kill", "root"]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "a 1 gets None",
                  "root 2 gets None", "a 2 gets None"),
            id="a sleeper that wakes before its killer goes on was due",
        ),
        pytest.param(
            "kill.sleeping",
            "",
            {"root": [["spawn", "a"], ["sleep", 2]], "a": [["sleep", 1], ["kill", "root"]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "a 1 gets None",
                  "a 2 gets None", "root 2 gets None"),
            id="a sleeper that wakes later was not",
        ),
        pytest.param(
            "join.after-finish",
            "",
            {"root": [["spawn", "a"], ["join", "a"], ["join", "a"]], "a": []},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets None",
                  ends="does not return"),
            id="to join one thread twice is not to join many",
        ),
        pytest.param(
            "join.after-finish",
            "sleep.same-duration",
            {"root": [["spawn", "a"], ["sleep", 1]], "a": [["sleep", 1], ["join", "root"]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "a 1 gets None",
                  "root 2 gets None", ends="does not return"),
            id="who joins what ends in its next turn may not have waited",
        ),
        pytest.param(
            "join.waits",
            "",
            {"root": [["spawn", "a"], ["null"], ["null"], ["null"]], "a": [["join", "root"]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets None",
                  "root 3 gets None", "root 4 gets None", ends="does not return"),
            id="who joins what ends later has",
        ),
        pytest.param(
            "join.called-coroutine",
            "",
            {"root": [["spawn", "b"], ["call", "a"]], "a": [["null"], ["null"]],
             "b": [["join", "a"]]},
            trace("root 0 begins", "root 1 goes on", "b 0 begins", "a 0 begins", "a 1 gets None",
                  "a 2 gets None", "root 2 gets None", ends="does not return"),
            id="a callee is no thread",
        ),
        pytest.param(
            "run.deadlock-raises",
            "",
            {"root": [["call", "a"], ["join", "a"]], "a": []},
            trace("root 0 begins", "a 0 begins", "root 1 gets None", ends="does not return"),
            id="nor is one that has finished, but to wait for ever is a deadlock",
        ),
        pytest.param(
            "kill.finished-spares-others",
            "closing.before-the-killer-goes-on",
            {"root": [["spawn", "a"], ["spawn", "b"], ["end", 1]],
             "a": [["finally", [["end", 1]], []]], "b": [["kill", "a"]]},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "a 0 begins", "b 0 begins",
                  "root 3 raises an error", ends="raises an error"),
            id="what comes of a kill of what ends is not code after an end",
        ),
        pytest.param(
            "kill.finished-thread",
            "",
            {"root": [["spawn", "a"], ["finally", [["end", 1]], []]], "a": [["kill", "root"]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "root 3 raises an error",
                  ends="raises an error"),
            id="nor is what ends ready",
        ),
        pytest.param(
            "",
            "",
            {"root": [["call", "a"], ["spawn", "a"]], "a": [["end", 1]]},
            trace("root 0 begins", "a 0 begins", "root 1 gets 1", "root 2 goes on", "a 1 goes on"),
            id="nobody says what comes of it where what has ended is spawned",
        ),
        pytest.param(
            "",
            "",
            {"root": [["spawn", "a"], ["sleep", 0]],
             "a": [["call", "b"], ["repeat", REPEATED, [["spawn", "b"]]]], "b": []},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", "b 0 begins", "a 1 gets None",
                  *["a 3 goes on"] * REPEATED, "root 2 gets None"),
            id="a thread that spawns them all is not one of which each spawns the next",
        ),
        pytest.param(
            "kill.itself",
            "",
            {"root": [["call", "a"]], "a": [["finally", [["kill", "root"]], []]]},
            trace("root 0 begins", "a 0 begins"),
            id="where nothing is cleaned up the order is not wrong",
        ),
        pytest.param(
            "closing.callees-first",
            "",
            {"root": [["finally", [["call", "a"]], []]],
             "a": [["finally", [["kill", "root"]], []]]},
            trace("root 0 begins", "a 0 begins", "root 1 finally", "a 1 finally"),
            id="where the caller is cleaned up first it is",
        ),
        pytest.param(
            "kill.called-coroutine",
            "fairness.first-in-first-out",
            {"root": [["call", "a"]], "a": [["spawn", "b"], ["finally", [["null"], ["null"]], []]],
             "b": [["kill", "a"]]},
            trace("root 0 begins", "a 0 begins", "a 1 goes on", "a 3 gets None", "b 0 begins",
                  "a 4 gets None", "a 2 finally", "root 1 gets None", "b 1 gets None"),
            id="what goes on is not stopped; its killer has not gone on",
        ),
        pytest.param(
            "",
            "join.after-finish spawn.scheduled-coroutine-raises",
            {"root": [["repeat", 2, [["spawn", "a"]]]], "a": [["join", "root"]]},
            trace("root 0 begins", "root 2 goes on", "root 2 goes on", "a 0 begins",
                  ends="does not return"),
            id="what waits for ever by another fault is not cut short",
        ),
        pytest.param(
            "close.receivers-connection-spares-others",
            "",
            {"root": [["spawn", "b"], ["spawn", "a"], ["readline", "s"], ["sleep", 0]],
             "a": [["recv", "p", 1]],
             "b": [["sendall", "r", "\n"], ["close", "p"], ["close", "s"]]},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "b 0 begins", "a 0 begins",
                  "b 1 gets None", "b 2 closes", "b 3 closes", "root 3 gets b'\\n'",
                  "root 4 raises an error", ends="raises an error"),
            id="of two connections that are closed either may do it",
        ),
        pytest.param(
            "",
            "exceptions.ends-the-run exceptions.from-root",
            {"root": [["spawn", "a"], ["raise", 1]], "a": [["finally", [["kill", "b"]], []]],
             "b": []},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", ends="raises an error"),
            id="nor has one that goes on and is ended by another",
        ),
        pytest.param(
            "exceptions.from-a-spawned-thread",
            "",
            {"root": [["spawn", "a"], ["finally", [["join", "a"]], []]], "a": [["raise", 1]]},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", ends="does not return"),
            id="a run that goes on has not been ended by an exception",
        ),
        pytest.param(
            "kill.never-spawned-spares-others",
            "",
            {"root": [["spawn", "a"], ["catch", [["kill", "b"]], [["call", "b"]]]], "a": [],
             "b": [["join", "a"]]},
            trace("root 0 begins", "root 1 goes on", "root 3 raises an error",
                  "root 2 raises an error", "b 0 begins", "b 1 gets None"),
            id="who joins what is lost by another fault may not wait",
        ),
        pytest.param(
            "close.receivers-connection-spares-others",
            "",
            {"root": [["spawn", "b"], ["spawn", "a"], ["catch", [["recv", "r", 1]], []]],
             "a": [["join", "a"]], "b": [["close", "r"]]},
            trace("root 0 begins", "root 1 goes on", "root 2 goes on", "b 0 begins", "b 1 closes",
                  "a 0 begins", "root 4 raises an error", "root 3 raises an error"),
            id="nor does it keep the run from its end",
        ),
        pytest.param(
            "kill.never-spawned",
            "",
            {"root": [["spawn", "a"]], "a": [["kill", "b"]], "b": []},
            trace("root 0 begins", "root 1 goes on", "a 0 begins", ends="raises an error"),
            id="who kills is no other thread",
        ),
        pytest.param(
            "",
            "",
            {"root": [["sendall", "p", "\n"], ["sendall", "q", "a"], ["readline", "q"],
                      ["close", "p"], ["readline", "q"]]},
            trace("root 0 begins", "root 1 gets None", "root 2 gets None", "root 3 gets b'\\n'",
                  "root 4 closes", "root 5 gets None"),
            id="a reset that is not within a line",
        ),
        pytest.param(
            "readline.never-none",
            "",
            {"root": [["sendall", "p", "b"], ["sendall", "q", "a"], ["close", "p"],
                      ["readline", "q"]]},
            trace("root 0 begins", "root 1 gets None", "root 2 gets None", "root 3 closes",
                  "root 4 gets None"),
            id="and one that is",
        ),
    ],
)  # fmt: skip
def test_what_is_named_is_what_is_broken(
    clause: str, told: str, program: Any, seen: Observation
) -> None:
    demands = in_force(Level.MUST, Level.SHOULD, but=told.split())
    found = departure(Program.from_json(program), seen, demands)
    assert (found.clause if found else "") == clause


@pytest.mark.parametrize("turns", [999, 1000])
def test_nobody_starves_within_the_bound(turns: int) -> None:
    program = Program.of(root=[Spawn("a"), Sleep(0)], a=[Repeat(turns, (Null(),)), Log()])
    begins = ["root 0 begins", "root 1 goes on", "a 0 begins"]
    seen = trace(*begins, *["a 2 gets None"] * (turns - 1), "root 2 gets None", "a 2 gets None")
    seen.trace.append(("a", 3, "logs"))
    assert departure(program, seen, MUST) is None


def test_a_departure_says_where_it_is_and_what_was_due() -> None:
    seen = trace("root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets 7")
    found = departure(SPAWNS, seen, SHOULD)
    assert found is not None
    assert (found.at, found.allowed) == (3, ("root 2 gets None",))


def test_every_clause_that_the_model_names_is_one() -> None:
    named: set[str] = set()
    for module in MODULES:
        named |= set(re.findall(r"\b([a-z]+\.[a-z]+(?:-[a-z]+)+)\b", inspect.getsource(module)))
    made_of_parts = {"join.after-", "call.leaves-a-", "spawn.leaves-a-"}
    assert named - set(clauses()) - made_of_parts == set()
    assert len(named) > 60


def test_the_model_is_independent_of_the_reference() -> None:
    for module in MODULES:
        assert "bluelet_reference" not in inspect.getsource(module)


# The model says something: with any of its rules changed, it does not allow what conforms.


def as_if_it_were_null(rule: Any) -> Any:
    return lambda run, thread, statement: RULES[Null](run, thread, Null())


def never_goes_on(rule: Any) -> Any:
    def changed(run: Threads, thread: state.Thread, statement: Statement) -> None:
        rule(run, thread, statement)
        if thread.state in (State.READY, State.SLEEPING, State.RECEIVING):
            thread.state, thread.receives = State.JOINING, None

    return changed


def gives_something_else(rule: Any) -> Any:
    def changed(run: Threads, thread: state.Thread, statement: Statement) -> None:
        before = thread.sees
        rule(run, thread, statement)
        if thread.receives is not None:
            run.goes_on(thread, None, "recv.up-to-size")
        if thread.stack and (thread.sees or before):
            thread.sees = (*(before or ()), "gets 99")[-1:]

    return changed


@pytest.mark.parametrize("change", [as_if_it_were_null, never_goes_on, gives_something_else])
@pytest.mark.parametrize("kind", [*RULES])
def test_a_changed_rule_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Statement],
    change: Callable[[Any], Any],
) -> None:
    if kind is Null and change is as_if_it_were_null:
        return
    monkeypatch.setitem(RULES, kind, change(RULES[kind]))
    assert any(departs(program, seen) for program, seen in observed())


@pytest.mark.parametrize(
    "move",
    [
        "wake_joiners",
        "returned",
        "failed",
        "close",
        "finish",
        "start",
        "goes_on",
    ],
)
def test_a_move_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    def nothing(*arguments: Any, **options: Any) -> Any:
        return state.Thread(["root"]) if move == "start" else ""

    monkeypatch.setattr(Threads, move, nothing)
    assert any(departs(program, seen) for program, seen in observed())


@pytest.mark.parametrize("rule", ["close", "withdraw", "look", "hindrance_to_receive"])
def test_a_rule_for_connections_left_out_is_noticed(
    monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    places = {"withdraw": rules, "hindrance_to_receive": following.Follower}
    module = places.get(rule, transfers)
    monkeypatch.setattr(module, rule, lambda *arguments: "")
    taken = Observation(
        [*trace(*TAKES).trace, ("b", 1, "gets b'a'"), ("a", 1, "gets b'b'")], "returns"
    )
    lost = trace(*DYING, ends="does not return")
    found = [departure(TWO, taken, SHOULD), departure(DIES, lost, SHOULD)]

    assert any(departs(program, seen) for program, seen in observed()) or any(
        each is None or each.clause == "recv.up-to-size" for each in found
    )


def departs(program: Program, seen: Observation) -> bool:
    """Return whether the model, changed, departs or falls over."""
    try:
        return departure(program, seen, SHOULD) is not None
    except Exception:
        return True
