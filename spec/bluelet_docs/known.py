"""The known implementations, and what the suite has seen of them.

Each is judged by `bluelet_docs.refresh`, and what is kept of that is a report in
`spec/docs/reports`. It holds what is the same in every run: no times, no paths, and none of the
scripts that show a fault of programs, which can be made again. Why a verdict is as it is can be
told in a file of expectations beside the implementation.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bluelet_conformance.reports.count import standing
from bluelet_spec.programs.language import Program

ROOT = Path(__file__).parents[2]
"""The repository."""

REPORTS = ROOT / "spec" / "docs" / "reports"
"""Where the reports are kept."""

NOT_MET = ("fail", "hang", "spin", "crash", "leak", "blocked", "unsupported")
"""The verdicts but `pass`."""


@dataclass(frozen=True)
class Known:
    """An implementation that the site tells of."""

    name: str
    """Its name in the site, and that of its report."""
    about: str
    """What it is, in a sentence, as Markdown."""
    requirement: str = ""
    """What to give to pip, `distribution==version`; nothing if it is in this repository."""
    target: str = ""
    """The file in the distribution, or the module in this repository."""
    source: str = ""
    """The directory of this repository that the module is in."""
    expect: str = ""
    """The file of this repository that says why verdicts are as they are."""
    unusable: str = ""
    """Why it cannot be judged, if it cannot."""


KNOWN = (
    Known(
        "reference",
        "The reference implementation, which is part of this project.",
        target="bluelet_reference",
        source="reference",
    ),
    Known(
        "bluelet 0.2.0",
        "The original, as it is released on PyPI.",
        "bluelet==0.2.0",
        "bluelet.py",
        expect="conformance/expect/bluelet-0.2.0.toml",
    ),
    Known(
        "beets 2.5.1",
        "The copy of the original that is part of the music manager beets, `beets.util.bluelet`.",
        "beets==2.5.1",
        "beets/util/bluelet.py",
    ),
    Known(
        "tinybluelet",
        "The example of a port that this project has, written from the specification alone.",
        target="tinybluelet",
        source="conformance/ports/tinybluelet/src",
        expect="conformance/ports/tinybluelet/known-failures.toml",
    ),
    Known(
        "bluelet 0.1",
        "The first release of the original.",
        "bluelet==0.1",
        unusable="It is written for Python 2: under Python 3 it can be neither installed nor "
        "imported (`raise` with three values is a syntax error).",
    ),
)
"""The known implementations, in the order in which the site shows them."""


@dataclass(frozen=True)
class Verdict:
    """What was seen of one clause on one implementation."""

    verdict: str
    """`pass`, or one of `NOT_MET`."""
    detail: str = ""
    """What was seen."""
    cause: str = ""
    """Why, in the code of the implementation, where somebody has found out."""
    choice: str = ""
    """Which way it goes, where the clause leaves a choice."""


@dataclass(frozen=True)
class Shown:
    """A fault that a program showed."""

    clause: str
    """The clause that forbids it."""
    program: Program
    seen: tuple[str, ...]
    """What was seen last, up to what none may show."""
    due: str
    """What would have been allowed in the place of that."""


@dataclass(frozen=True)
class Report:
    """What the suite has seen of one implementation."""

    known: Known
    python: str
    """The version of Python that it was judged by."""
    verdicts: Mapping[str, Verdict]
    """By clause."""
    findings: tuple[Shown, ...]
    """The faults that programs showed."""

    def of(self, clause: str) -> Verdict:
        """Return what was seen of a clause; where that is nothing, say so."""
        return self.verdicts.get(clause, Verdict("not judged"))

    def standing(self, chapter: str) -> str:
        """Return in words what is not met of a chapter, or of all (`""`)."""
        verdicts = {clause: seen.verdict for clause, seen in self.verdicts.items()}
        return standing(verdicts, {each.clause for each in self.findings}, chapter) or "all met"


def path_of(known: Known) -> Path:
    """Return where the report of an implementation is kept."""
    return REPORTS / f"{known.name.replace(' ', '-')}.json"


@cache
def reports() -> tuple[Report, ...]:
    """Return the reports that there are."""
    return tuple(_read(each) for each in KNOWN if path_of(each).exists())


def _read(known: Known) -> Report:
    data = json.loads(path_of(known).read_text(encoding="utf-8"))
    causes = _causes(known)
    verdicts = {
        clause: Verdict(
            seen["verdict"],
            seen.get("detail", ""),
            causes.get(clause, ""),
            data["choices"].get(clause, ""),
        )
        for clause, seen in data["clauses"].items()
    }
    findings = tuple(
        Shown(each["clause"], Program.from_json(each["program"]), tuple(each["seen"]), each["due"])
        for each in data["findings"]
    )
    return Report(known, data["python"], verdicts, findings)


def _causes(known: Known) -> dict[str, str]:
    """Return by clause what the file of expectations says."""
    if not known.expect:
        return {}
    told = tomllib.loads((ROOT / known.expect).read_text(encoding="utf-8"))
    return {each["clause"]: each["reason"] for each in told.get("expect", [])}
