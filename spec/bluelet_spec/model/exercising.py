"""The model as a document: its rules, and which programs exercise them, measured.

    python -m bluelet_spec.model.exercising MODULE > spec/docs/model.md

A rule has several ways, each by a clause: what it makes of a `join` hangs on whether the other has
finished, was killed, or was never spawned. A program exercises one of them if, in its run, the rule
lets a thread go on by that clause. The programs are run on an implementation, `MODULE`, that
conforms: which one does not matter.
"""

from __future__ import annotations

import inspect
import json
import logging
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import chain
from typing import Any, TypeAlias

import bluelet_spec.model
from bluelet_spec import Level, clauses
from bluelet_spec.clause import Implementation
from bluelet_spec.model import rules, transfers
from bluelet_spec.model.following import Follower
from bluelet_spec.model.rules import RULES
from bluelet_spec.model.state import Thread, Unspecified, in_force
from bluelet_spec.programs.drawing import RESCUER, rescued
from bluelet_spec.programs.enumerating import CONNECTED_WORDS, programs
from bluelet_spec.programs.language import Program, Statement
from bluelet_spec.programs.running import Observation, observe

Way: TypeAlias = tuple[str, str]
"""A rule, and the clause by which it lets a thread go on, or `""`."""


class _Recorder(Follower):
    """Follows a run and takes note of the ways that it takes."""

    def __init__(self, program: Program, seen: Observation) -> None:
        super().__init__(program, seen, in_force(Level.MUST, Level.SHOULD))
        self.ways: set[Way] = set()
        self.known: dict[int, tuple[int, str, str]] = {}
        self.acting = ""

    def carry_out(self, thread: Thread, statement: Statement) -> None:
        """Carry out a rule, and take note of it."""
        is_rescued = thread.stack[0] == RESCUER
        self.known = self.clauses()
        try:
            super().carry_out(thread, statement)
        finally:
            if not is_rescued:
                self.record(RULES[type(statement)].__name__)

    def close_connection(self, name: str) -> None:
        """Close a connection, and take note of it."""
        self.known = self.clauses()
        super().close_connection(name)
        if not self.is_left and self.acting != RESCUER:
            self.record(transfers.close.__name__)

    def act(self, thread: Thread, name: str, outcome: str) -> None:
        """Let a coroutine go on, and remember which."""
        self.acting = thread.stack[0]
        super().act(thread, name, outcome)

    def record(self, rule: str) -> None:
        """Take note of the clauses by which a rule lets threads go on."""
        now = self.clauses()
        self.ways.add((rule, ""))
        for thread, (turn, *at_work) in now.items():
            known = self.known.get(thread, ())
            old = known[1:] if known[:1] == (turn,) else ()
            self.ways |= {(rule, clause) for clause in at_work if clause and clause not in old}
        self.known = now

    def clauses(self) -> dict[int, tuple[int, str, str]]:
        """Return by which clauses each thread goes on."""
        return {id(each): (each.turn, each.value_clause, each.duty) for each in self.threads}


def small_programs() -> Iterator[Program]:
    """Yield the smallest programs of the exhaustive set: those of up to three statements."""
    yield from chain(programs(3, 3), programs(3, 2, CONNECTED_WORDS))


def exercised(
    bluelet: Implementation, among: Iterable[Program]
) -> tuple[dict[Way, Program], Counter[Way]]:
    """Return for each way of a rule the first program that exercises it, and how many do."""
    first: dict[Way, Program] = {}
    number: Counter[Way] = Counter()
    for program in among:
        whole = rescued(program)
        run = _Recorder(whole, observe(bluelet, whole, Observation()))
        try:
            run.follow()
        except Unspecified:
            pass
        finally:
            run.leave()
        number.update(run.ways)
        for way in run.ways:
            first.setdefault(way, program)
    return first, number


def table(bluelet: Implementation) -> str:
    """Return the table as Markdown."""
    first, number = exercised(bluelet, small_programs())
    lines = [
        "## Programs that exercise the rules",
        "",
        "For each rule of the model, and each clause by which it lets a thread go on: the first",
        "program of the exhaustive set that exercises it, and how many do, of those of up to three",
        "statements.",
        f"Where a program has connections, `{RESCUER}` closes them in the end, and is not shown.",
        "",
        "| rule | clause | programs | the first |",
        "|---|---|---:|---|",
    ]
    for way in sorted(first):
        rule, clause = way
        text = json.dumps(first[way].as_json()).replace("|", "\\|")
        cited = f"`{clause}` ({clauses()[clause].level})" if clause else "all"
        lines.append(f"| `{rule}` | {cited} | {number[way]:,} | `{text}` |")
    return "\n".join(lines) + "\n"


def document(bluelet: Implementation) -> str:
    """Return the model as Markdown: its theory, its rules as they stand, and the table."""
    theory = inspect.getdoc(bluelet_spec.model) or ""
    parts = ["# The model", theory, "## Its rules", inspect.getdoc(rules) or ""]
    functions: list[Any] = [*RULES.values(), transfers.close]
    for rule in dict.fromkeys(functions):
        parts += [f"### {rule.__name__}", f"```python\n{inspect.getsource(rule).rstrip()}\n```"]
    return "\n\n".join([*parts, table(bluelet)])


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.stdout.write(document(import_module(sys.argv[1])))
