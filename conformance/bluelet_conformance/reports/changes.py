"""What changed since an earlier run, which left its report where the new one goes.

Compared are verdicts on the same clause, of the implementation that has the same name. A clause
that was not judged this time is no change; one that the specification no longer has is *gone*.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bluelet_spec import clauses

from bluelet_conformance.judge import Judgement, Verdict

FORMAT = 1
"""The version of the report's format."""


class NoReport(ValueError):
    """A file that is no report of an earlier run; the message says why."""


@dataclass(frozen=True)
class Change:
    """One clause whose verdict is another."""

    clause: str
    before: str
    """The earlier verdict; empty if there was none."""
    now: str
    """The verdict; empty if there is none any more."""

    def __str__(self) -> str:
        if not self.before:
            return f"{self.clause}: {self.now}"
        return f"{self.clause}: was {self.before}" + (f", is {self.now}" if self.now else "")


@dataclass(frozen=True)
class Changes:
    """What changed for one implementation."""

    kinds: dict[str, list[Change]] = field(default_factory=dict)
    """By kind, `newly failing` for example, those that there are."""

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def __str__(self) -> str:
        counts = [f"{len(changes)} {kind}" for kind, changes in self.kinds.items()]
        return ", ".join(counts) or "nothing changed"


KINDS = (
    "newly failing",
    "newly passing",
    "failing otherwise",
    "new in the report",
    "gone from the specification",
)
"""The kinds of changes, those that matter most first."""


def read(path: Path) -> dict[str, Mapping[str, str]]:
    """Return the verdicts in the report at `path`, by implementation and clause.

    Raises:
        NoReport: it holds something else, or cannot be read.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise NoReport(f"it cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise NoReport("it is there, and is no report of an earlier run") from None
    try:
        if found["format"] != FORMAT:
            raise NoReport("it is there, and is a report in another format")
        return {each["name"]: _verdicts(each["clauses"]) for each in found["implementations"]}
    except (KeyError, TypeError, AttributeError):
        raise NoReport("it is there, and is no report of an earlier run") from None


def _verdicts(entries: Any) -> dict[str, str]:
    return {str(clause): str(entry["verdict"]) for clause, entry in entries.items()}


def compare(before: Mapping[str, str], now: Mapping[str, Judgement]) -> Changes:
    """Return what changed from the verdicts `before` to the judgements of `now`, by clause."""
    found: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for clause, judgement in now.items():
        change = Change(clause, before.get(clause, ""), str(judgement.verdict))
        if change.before != change.now:
            found[_kind(change)].append(change)
    for clause in before:
        if clause not in clauses():
            found["gone from the specification"].append(Change(clause, before[clause], ""))
    return Changes({kind: changes for kind, changes in found.items() if changes})


def _kind(change: Change) -> str:
    if not change.before:
        return "new in the report"
    if Verdict.PASS not in (change.before, change.now):
        return "failing otherwise"
    return "newly passing" if change.now == Verdict.PASS else "newly failing"
