"""The tests of the tests: every check can fail, shown by bluelets that are wrong on purpose.

A saboteur, `conformance/saboteurs/CHAPTER/NAME.py`, is the reference with one fault, and lists in
its `BREAKS` the clauses that notice it. Every clause is judged by itself here, whatever it
presupposes, in a process of its own; that is also where a saboteur is imported, so that none gets
into this one.
"""

import ast
from functools import cache
from pathlib import Path

import pytest
from bluelet_spec import Level, clauses
from support import SABOTEURS, attempt, saboteur, saboteurs

IDLER = saboteur("run_returns_at_once")

SWALLOWER = saboteur("run_swallows_exceptions")

SWALLOWED = {
    "what a thread raised": {
        "join.does-not-raise-for-the-thread",
        "exceptions.from-root",
        "exceptions.from-a-spawned-thread",
        "exceptions.of-a-disconnects-class",
        "exceptions.traceback-through-every-call",
        "exceptions.of-two-raised",
        "closing.when-the-run-ends",
        "closing.failure-does-not-mask",
        "closing.yielding-on-does-not-mask",
        "end.finally-raises-as-after-return",
        "interrupts.are-not-lost",
        "send.other-failures-are-not-lost",
        "server.port-in-use",
        "close.error-is-no-disconnect",
    },
    "a deadlock": {
        "run.deadlock-never-returns",
        "run.deadlock-raises",
        "run.deadlock-names-who-waits",
        "closing.when-a-deadlock-ends-the-run",
    },
    "a wrong argument": {
        "arguments.run-of-a-non-generator",
    },
}
"""What has to come out of `run`, and the clauses that it is seen in. The text of all others holds
where `run` swallows exceptions: they are about what threads see, and about returning in the end."""

SAYS = {
    "hang": "still waiting after 4 s",
    "spin": "still computing after 2 s of CPU time",
    "crash": "the process was killed by SIGABRT",
}
"""What is said of a verdict for which there is no failing line to show."""


@cache
def breaks(path: Path) -> dict[str, str]:
    """Return the clauses that a saboteur says it fails, with their verdicts, without importing it.

    Raises:
        LookupError: it has no `BREAKS`.
    """
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "BREAKS" and node.value:
            verdicts: dict[str, str] = ast.literal_eval(node.value)
            return verdicts
    raise LookupError(f"{path} has no BREAKS")


def passed(implementation: Path) -> set[str]:
    """Judge an implementation by every clause, each alone; return the ids of those it passes."""
    return {clause for clause in clauses() if attempt(clause, implementation).verdict == "pass"}


@pytest.mark.parametrize(
    ("path", "clause", "verdict"),
    [
        pytest.param(path, clause, verdict, id=f"{path.stem}-{clause}")
        for path in saboteurs()
        for clause, verdict in breaks(path).items()
    ],
)
def test_saboteur_is_found_out(path: Path, clause: str, verdict: str) -> None:
    judgement = attempt(clause, path)

    assert judgement.verdict == verdict, judgement.detail
    assert SAYS.get(verdict, "") in judgement.detail


def test_a_saboteur_stands_in_the_folder_of_the_chapter_that_it_breaks_first() -> None:
    position = {clause: number for number, clause in enumerate(clauses())}
    first = {path: min(breaks(path), key=position.__getitem__) for path in saboteurs()}
    due = {path: SABOTEURS / clauses()[first[path]].chapter / path.name for path in first}

    assert first, "there are no saboteurs"
    assert [f"{path} belongs at {due[path]}" for path in due if path != due[path]] == []


def test_every_clause_that_demands_something_can_fail() -> None:
    broken = {
        clause
        for path in saboteurs()
        if path != IDLER  # It fails them all, for one reason.
        for clause in breaks(path)
    }
    demanding = {clause.id for clause in clauses().values() if clause.level != Level.MAY}

    assert sorted(demanding - broken) == [], "no saboteur breaks these clauses"


def test_no_clause_passes_where_nothing_runs() -> None:
    assert passed(IDLER) == set()


def test_clauses_about_exceptions_fail_where_run_swallows_them() -> None:
    assert clauses().keys() - passed(SWALLOWER) == set().union(*SWALLOWED.values())
