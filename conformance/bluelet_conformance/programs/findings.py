"""What came of running programs: each fault once, with the smallest program that shows it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bluelet_spec import Level, clauses
from bluelet_spec.model import departure, in_force
from bluelet_spec.programs.language import Program
from bluelet_spec.programs.running import Observation
from bluelet_spec.programs.writing import text

_SHOWN = 8
"""How many entries are shown of what was seen, up to the one that no conforming bluelet shows."""


@dataclass(frozen=True)
class Finding:
    """A fault. All fields are of JSON's types."""

    clause: str
    """The clause that forbids what was seen."""
    level: str
    program: dict[str, Any]
    """The smallest program that shows it."""
    trace: list[Any]
    """What was seen of it: coroutines, the numbers of their statements, what became of them."""
    ending: str
    """How `run` ended."""
    at: int
    """The number of the first entry that none may show; that of all entries if it is the ending."""
    allowed: list[str]
    """All that would have been allowed in its place."""
    script: str
    """A Python file that shows it, and needs nothing but the implementation."""
    related: list[str] = field(default_factory=list)
    """The clauses that the program has to do with up to there."""
    same_as: str = ""
    """The clause, not met when it is judged by itself, of which this is probably the same fault."""

    def __str__(self) -> str:
        """Return it for people to read."""
        return "\n".join(
            [
                f"{self.level} {self.clause}: {clauses()[self.clause].sentence}",
                *filter(None, [self.explained()]),
                self.coroutines(),
                f"seen: {', '.join(self.seen())}",
                f"due in the place of the last: {self.due()}",
                f"as JSON: {json.dumps(self.program)}",
            ]
        )

    def explained(self) -> str:
        """Return of which fault that the clauses show it is the same, if of one."""
        return f"probably the same fault as {self.same_as}" if self.same_as else ""

    def coroutines(self) -> str:
        """Return the program as Python."""
        return "\n".join(f"{name}:\n{text(body)}" for name, body in self.as_program().bodies)

    def seen(self) -> list[str]:
        """Return what was seen last, up to what none may show; after `…` if there was more."""
        shown = [*(" ".join(map(str, entry)) for entry in self.trace), f"run {self.ending}"]
        more = ["…"] if self.at > _SHOWN else []
        return [*more, *shown[max(self.at - _SHOWN, 0) : self.at + 1]]

    def due(self) -> str:
        """Return what would have been allowed in the place of what was seen last."""
        return " or ".join(self.allowed) or "nothing of it"

    def departs_without(self, known: Iterable[str]) -> bool:
        """Return whether what was seen departs from the model with some clauses out of force."""
        seen = Observation([(who, at, what) for who, at, what in self.trace], self.ending)
        demands = in_force(Level.MUST, Level.SHOULD, but=set(known))
        return departure(self.as_program(), seen, demands) is not None

    def as_program(self) -> Program:
        """Return the program."""
        return Program.from_json(self.program)


@dataclass(frozen=True)
class Lost:
    """A process that died, and does not when its last program runs alone."""

    detail: str
    """How it died, and after how many programs."""
    programs: list[dict[str, Any]]
    """What it ran, as far as it got; of all but the first few such processes the last one only."""


@dataclass
class Exploration:
    """What came of all programs that an implementation has run."""

    effort: str
    seed: int | str
    programs: int = 0
    """How many were run."""
    findings: dict[str, Finding] = field(default_factory=dict)
    """By clause."""
    lost: list[Lost] = field(default_factory=list)
    """The processes of which nobody knows why they died."""
    without: list[str] = field(default_factory=list)
    """The names that the implementation lacks and programs could have needed."""
    left_out: str = ""
    """Why not all programs were run, or none, if so."""
    scripts: dict[str, str] = field(default_factory=dict)
    """By clause: the file that shows the fault by itself, if it could be written. It is of this
    machine and of no report."""

    def add(self, other: Exploration) -> None:
        """Add what came of another part."""
        self.programs += other.programs
        self.findings = {**other.findings, **self.findings}
        self.scripts = {**other.scripts, **self.scripts}
        self.lost += other.lost
        self.without = self.without or other.without
        self.left_out = self.left_out or other.left_out

    def explain(self, unmet: Callable[[str], str]) -> None:
        """Say of which faults that the clauses show these are probably the same.

        What is found, the clauses not met being in force, and would not be without them, is none of
        its own, and goes; `unmet` returns for a clause the one that is to be told as not met.
        """
        for clause, finding in list(self.findings.items()):
            reasons = {each: unmet(each) for each in [clause, *finding.related]}
            failed = {each: reason for each, reason in reasons.items() if reason}
            if not failed:
                continue
            if clause not in failed and not finding.departs_without(failed):
                del self.findings[clause]
            else:
                self.findings[clause] = replace(finding, same_as=next(iter(failed.values())))

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold, as a report has it."""
        told = asdict(self) | {"findings": [asdict(each) for each in self.findings.values()]}
        del told["scripts"]
        return told

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Exploration:
        """Return what `as_json` was made of."""
        findings = [Finding(**each) for each in data["findings"]]
        lost = [Lost(**each) for each in data.get("lost", ())]
        told = {"findings": {each.clause: each for each in findings}, "lost": lost}
        return cls(**{**data, **told})

    def in_short(self) -> str:
        """Return how many were run and how many faults they showed, but not which."""
        if not self.programs:
            return ", for ".join(filter(None, ["none run", self.left_out]))
        result = "all as the model allows"
        if self.lost:
            one = self.lost[0].detail
            more = f" (and {len(self.lost) - 1} more did)" if len(self.lost) > 1 else ""
            result = f"not all is known: {one}{more}, and does not when that is run alone"
        if self.findings:
            clauses = "one clause" if len(self.findings) == 1 else f"{len(self.findings)} clauses"
            faults = f"faults against {clauses}"
            result = f"{faults}, and {result}" if self.lost else faults
        lacks = f" without {', '.join(self.without)}" if self.without else ""
        drawn = "" if self.effort == "exhaustive" else f", seed {self.seed}"
        left_out = f", {self.left_out}" if self.left_out else ""
        return f"{self.programs} run{lacks}{left_out} (effort {self.effort}{drawn}), {result}"

    def again(self, implementation: str) -> str:
        """Return the command that runs the same programs, for a shell."""
        options = [f"--effort={self.effort}", f"--hypothesis-seed={self.seed}"]
        return shlex.join(["pytest", "programs", f"--impl={implementation}", *options])
