"""What changed since an earlier run, which left its report where the new one goes.

Compared are verdicts on the same clause, of the implementation that has the same name. A clause
that was not chosen this time is no change; one that the specification no longer has is *gone*. One
that is blocked now, or unsupported, is neither failing nor passing: it is *not judged any more*.

A fault that programs show now and did not before is news in any case: it is there. That they show
one no longer says something only if those that showed it were run again, so it is told only where
the effort and the seed are the same, and no fewer programs were run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bluelet_spec import clauses

from bluelet_conformance.judging.verdicts import NOT_RUN, Judgement, Verdict
from bluelet_conformance.programs.findings import Exploration

FORMAT = 1
"""The version of the report's format."""


class NoReport(ValueError):
    """A file that is no report of an earlier run; the message says why."""


@dataclass(frozen=True)
class Change:
    """One clause whose verdict is another, or of which programs show something else."""

    clause: str
    before: str
    """The earlier verdict; empty if there was none."""
    now: str
    """The verdict; empty if there is none any more."""

    def __str__(self) -> str:
        before, now = self.before and f"was {self.before}", self.now
        verdicts = f"{before}, is {now}" if before and now else before or now
        return f"{self.clause}: {verdicts}" if verdicts else self.clause


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
    "newly shown by programs",
    "newly passing",
    "no longer shown by programs",
    "failing otherwise",
    "not judged any more",
    "new in the report",
    "gone from the specification",
)
"""The kinds of changes, those that matter most first."""


@dataclass(frozen=True)
class Shown:
    """What programs showed in the earlier run."""

    effort: str
    seed: int | str
    programs: int
    """How many were run."""
    clauses: tuple[str, ...]
    """Those that they showed faults against."""

    @classmethod
    def of(cls, entry: Any) -> Shown:
        """Return what stands in a report."""
        clauses = tuple(str(each["clause"]) for each in entry["findings"])
        return cls(str(entry["effort"]), entry["seed"], int(entry["programs"]), clauses)

    def are_run_in(self, now: Exploration) -> bool:
        """Return whether the same programs are run again."""
        same = (self.effort, self.seed) == (now.effort, now.seed)
        return same and self.programs <= now.programs


@dataclass(frozen=True)
class Earlier:
    """What the earlier report says of an implementation."""

    verdicts: Mapping[str, str]
    """By clause."""
    programs: Shown | None = None
    """What programs showed, if any were run."""


def read(path: Path) -> dict[str, Earlier]:
    """Return what the report at `path` says, by implementation.

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
        if found["format"] == FORMAT:
            return {each["name"]: _earlier(each) for each in found["implementations"]}
    except (KeyError, TypeError, AttributeError, ValueError):
        raise NoReport("it is there, and is no report of an earlier run") from None
    raise NoReport("it is there, and is a report in another format")


def _earlier(entry: Any) -> Earlier:
    verdicts = {str(clause): str(one["verdict"]) for clause, one in entry["clauses"].items()}
    return Earlier(verdicts, Shown.of(entry["programs"]) if "programs" in entry else None)


def compare(
    before: Earlier, now: Mapping[str, Judgement], exploration: Exploration | None = None
) -> Changes:
    """Return what changed from `before` to the judgements of `now`, by clause, and to programs."""
    found: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for clause, judgement in now.items():
        change = Change(clause, before.verdicts.get(clause, ""), str(judgement.verdict))
        if change.before != change.now:
            found[_kind(change)].append(change)
    for clause in before.verdicts:
        if clause not in clauses():
            change = Change(clause, before.verdicts[clause], "")
            found["gone from the specification"].append(change)
    if exploration is not None:
        shown = before.programs.clauses if before.programs else ()
        again = before.programs is not None and before.programs.are_run_in(exploration)
        for clause in clauses():
            if clause in exploration.findings and clause not in shown:
                found["newly shown by programs"].append(Change(clause, "", ""))
            if clause in shown and clause not in exploration.findings and again:
                found["no longer shown by programs"].append(Change(clause, "", ""))
    return Changes({kind: changes for kind, changes in found.items() if changes})


def _kind(change: Change) -> str:
    before, now = change.before, change.now
    if not before:
        return "new in the report"
    if now in NOT_RUN:
        return "not judged any more"
    if now == Verdict.PASS:
        return "newly passing"
    return "newly failing" if before in (Verdict.PASS, *NOT_RUN) else "failing otherwise"
