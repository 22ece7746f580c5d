"""Names that several tests of the suite share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

from bluelet_conformance.judge import Judgement
from bluelet_conformance.registry import Candidate
from bluelet_conformance.reports import Result
from bluelet_spec import clauses

ROOT = Path(__file__).parents[2]
"""The repository."""

SABOTEURS = ROOT / "conformance" / "saboteurs"
"""Implementations that are wrong on purpose."""

Run: TypeAlias = Callable[..., "CompletedProcess[str]"]
"""Runs `pytest ARGUMENTS` in an empty directory."""

Port: TypeAlias = Callable[[str], str]
"""Writes a port, the reference with some lines after it, and returns the option to judge it."""


def candidate(implementation: Path) -> Candidate:
    """Return an implementation that is a file, not yet imported."""
    return Candidate(implementation.stem, f"file {implementation.name}", str(implementation))


def result(name: str = "port", /, **verdicts: str) -> Result:
    """Return a result in which every clause passes but those named, with `_` for `.` and `-`."""
    made = Result(name, f"module {name}", "1.0")
    for clause in clauses().values():
        verdict = verdicts.get(clause.id.replace(".", "_").replace("-", "_"), "pass")
        made.add(Judgement(clause.id, clause.level, verdict, 0.1))
    return made
