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
from bluelet_spec.model import RULES, Demands, departure, following, in_force, rules, state, threads
from bluelet_spec.model.state import State
from bluelet_spec.model.threads import Threads
from bluelet_spec.programs.drawing import drawn
from bluelet_spec.programs.language import (
    Call,
    Catch,
    End,
    Finally,
    Join,
    Kill,
    Null,
    Program,
    Raise,
    Return,
    Sleep,
    Spawn,
    Statement,
    Yield,
)
from bluelet_spec.programs.running import Entry, Observation, observe

MUST = in_force(Level.MUST)
SHOULD = in_force(Level.MUST, Level.SHOULD)

NUMBER = 3000


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
ENDS = Program.of(root=[Call("a")], a=[Finally((End(1),), (Return(2),))])


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
            "fairness.first-in-first-out",
        ),
        (
            SPAWNS,
            trace(
                "root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets 7", "a 1 gets None"
            ),
            "",
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
            "exceptions.from-a-spawned-thread",
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
        (Program.of(root=[Null()]), trace(ends="crashes"), "run.drives-root", "run.drives-root"),
    ],
)
def test_what_is_forbidden_is_so_by_a_clause(
    program: Program, seen: Observation, must: str, should: str
) -> None:
    for demands, clause in ((MUST, must), (SHOULD, should)):
        found = departure(program, seen, demands)
        assert (found.clause if found else "") == clause


def test_a_departure_says_where_it_is_and_what_was_due() -> None:
    seen = trace("root 0 begins", "root 1 goes on", "a 0 begins", "root 2 gets 7")
    found = departure(SPAWNS, seen, SHOULD)
    assert found is not None
    assert (found.at, found.allowed) == (3, ("root 2 gets None",))


def test_every_clause_that_the_model_names_is_one() -> None:
    named: set[str] = set()
    for module in (bluelet_spec.model, following, rules, state, threads):
        named |= set(re.findall(r"\b([a-z]+\.[a-z]+(?:-[a-z]+)+)\b", inspect.getsource(module)))
    made_of_parts = {"join.after-", "call.leaves-a-", "spawn.leaves-a-"}
    assert named - set(clauses()) - made_of_parts == set()
    assert len(named) > 60


def test_the_model_is_independent_of_the_reference() -> None:
    for module in (bluelet_spec.model, following, rules, state, threads):
        assert "bluelet_reference" not in inspect.getsource(module)


# The model says something: with any of its rules changed, it does not allow what conforms.


def as_if_it_were_null(rule: Any) -> Any:
    return lambda run, thread, statement: RULES[Null](run, thread, Null())


def never_goes_on(rule: Any) -> Any:
    def changed(run: Threads, thread: state.Thread, statement: Statement) -> None:
        rule(run, thread, statement)
        for each in run.threads:
            if each.state in (State.READY, State.SLEEPING) and each is thread:
                each.state = State.JOINING

    return changed


def gives_something_else(rule: Any) -> Any:
    def changed(run: Threads, thread: state.Thread, statement: Statement) -> None:
        before = thread.sees
        rule(run, thread, statement)
        if thread.stack and thread.sees:
            thread.sees = (*(before or ()), "gets 99")[-1:]

    return changed


@pytest.mark.parametrize("change", [as_if_it_were_null, never_goes_on, gives_something_else])
@pytest.mark.parametrize("kind", [Null, Sleep, Call, Yield, Spawn, Join, Kill, End])
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
        "drifts",
    ],
)
def test_a_move_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    def nothing(*arguments: Any, **options: Any) -> Any:
        return state.Thread(["root"]) if move == "start" else ""

    monkeypatch.setattr(Threads, move, nothing)
    assert any(departs(program, seen) for program, seen in observed())


def departs(program: Program, seen: Observation) -> bool:
    """Return whether the model, changed, departs or falls over."""
    try:
        return departure(program, seen, SHOULD) is not None
    except Exception:
        return True
