"""Clauses as pytest's tests.

The suite is one file, under which every clause is an item named by its id and the implementation,
`join.after-finish[reference]`; the programs that nobody wrote are an item beside them, or several.
An item whose clause is not met, or whose programs show a fault, raises what it found; what becomes
of that is decided in `outcomes`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from bluelet_spec import Clause, clauses
from bluelet_spec.clause import FIRST
from bluelet_spec.programs.language import Program

from bluelet_conformance.arguments import PROGRAMS, SUITE
from bluelet_conformance.judging.judge import Judge
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.judging.verdicts import Judgement, command
from bluelet_conformance.programs.exploring import PARTS, explore
from bluelet_conformance.programs.findings import Exploration, Finding


class ClauseNotMet(Exception):
    """Raised by an item whose clause is not met, to carry the judgement to the report."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement)
        self.judgement = judgement


class Suite(pytest.File):
    """The file of all clauses."""

    candidates: list[Candidate]
    judge: Judge
    programs: Mapping[str, Program]
    """Those that are expected to show a fault, by the clause that it is against."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield every clause for every implementation."""
        if not __debug__:
            raise self.CollectError("python -O leaves assertions out, and clauses are made of them")
        for candidate in self.candidates:
            for clause in clauses().values():
                yield ClauseItem.from_parent(
                    self,
                    name=f"{clause.id}[{candidate.name}]",
                    clause=clause,
                    candidate=candidate,
                )
            parts = PARTS.get(self.config.getoption("effort"), 1)
            for part in range(parts):
                which = f"{candidate.name}-{part + 1}of{parts}" if parts > 1 else candidate.name
                yield ProgramsItem.from_parent(
                    self, name=f"{PROGRAMS}[{which}]", candidate=candidate, part=part
                )


class ClauseItem(pytest.Item):
    """One clause, judged on one implementation."""

    def __init__(self, *, clause: Clause, candidate: Candidate, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.clause = clause
        self.candidate = candidate
        self.judgement: Judgement | None = None
        self.extra_keyword_matches.update([clause.id, clause.chapter, clause.level])

    def runtest(self) -> None:
        """Judge the clause.

        Raises:
            ClauseNotMet: the verdict is other than `pass`.
        """
        if self.config.getoption("usepdb"):
            self.clause(self.candidate.load())  # Here, and not in another process, to debug it.
            return
        assert isinstance(self.parent, Suite)
        self.judgement = self.parent.judge.judge(self.clause, self.candidate)
        if self.judgement.verdict != "pass":
            raise ClauseNotMet(self.judgement)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what the clause demands, what was seen, and how to see it again."""
        if not isinstance(excinfo.value, ClauseNotMet):
            return super().repr_failure(excinfo, style)
        judgement, clause = excinfo.value.judgement, self.clause
        seen = judgement.account or clause.program
        return "\n".join(
            [
                f"{clause.level}: {clause.sentence}",
                f"Verdict: {judgement.verdict}, {judgement.detail}",
                "",
                seen,
                "",
                f"{clause.path}:{clause.check.__code__.co_firstlineno}",
                f"This clause alone: {command(clause.id, self.candidate.name)}",
            ]
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the clause is written, and the heading of its failure."""
        heading = f"{self.clause.id} on {self.candidate.name}"
        return self.clause.path, self.clause.check.__code__.co_firstlineno - 1, heading


_REMEMBERED = 20
"""How many programs are remembered that showed a fault once, and show none now."""


class Departs(Exception):
    """Raised by an item whose programs show what no conforming bluelet does."""


class ProgramsItem(pytest.Item):
    """Programs that are drawn, run on one implementation and compared with the model."""

    def __init__(self, *, candidate: Candidate, part: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.candidate = candidate
        self.part = part
        self.exploration: Exploration | None = None
        self.scripts: dict[str, Path] = {}
        """By clause: the file that shows a fault by itself."""
        self.add_marker(pytest.mark.timeout(0))  # It limits itself.

    def runtest(self) -> None:
        """Run the programs, those first that showed a fault the last time.

        Raises:
            Departs: one of them shows a fault.
        """
        assert isinstance(self.parent, Suite)
        seed, effort = _seed(self.config.getoption("hypothesis_seed")), self.config.option.effort
        first = self.parent.judge.judge(clauses()[FIRST], self.candidate)
        if first.verdict != "pass":
            self.exploration = Exploration(effort, seed)
            pytest.skip(f"presupposes {FIRST}, whose verdict is {first.verdict}")
        cache, key = getattr(self.config, "cache", None), f"bluelet/programs/{self.candidate.name}"
        known = cache.get(key, []) if cache else []
        progress = self.config.pluginmanager.get_plugin("bluelet_conformance_progress")
        self.exploration = explore(
            self.candidate,
            effort,
            self.part,
            seed,
            [*self.parent.programs.values(), *map(Program.from_json, known)],
            lambda found: progress.tell(f"{found.programs} programs") if progress else None,
        )
        findings = self.exploration.findings.values()
        if cache:
            found = [finding.program for finding in findings]
            cache.set(key, found + [each for each in known if each not in found][:_REMEMBERED])
        if findings and (folder := scripts(self.config)):
            for finding in findings:
                script = folder / f"{finding.clause}.py"
                script.write_text(finding.script, encoding="utf-8")
                self.scripts[finding.clause] = script
        if findings:
            raise Departs(self.exploration)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say which clauses are not met by what programs, and how to see it again."""
        if not isinstance(excinfo.value, Departs) or self.exploration is None:
            return super().repr_failure(excinfo, style)
        found = self.exploration
        told = [found.in_short(), *(self._told(each) for each in found.findings.values())]
        return "\n\n".join([*told, f"All of it again: {found.again(self.candidate.name)}"])

    def _told(self, finding: Finding) -> str:
        script = self.scripts.get(finding.clause)
        if script is None:
            return str(finding)
        return f"{finding}\nby itself: {shlex.join(['python', str(from_here(script))])}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the suite is, and the heading of a failure."""
        return SUITE, 0, f"{PROGRAMS} on {self.candidate.name}"


def scripts(config: pytest.Config) -> Path | None:
    """Return the folder for the files that show a fault by themselves; none without a cache."""
    cache = getattr(config, "cache", None)
    return cache.mkdir("bluelet-programs") if cache else None


def from_here(path: Path) -> Path:
    """Return a path as one would type it in the current directory."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _seed(given: Any) -> int | str:
    """Return the seed that an option gives: a number, or any other text, as for Hypothesis.

    Without the option, every run has the same programs.
    """
    try:
        return 0 if given is None else int(given)
    except ValueError:
        return str(given)
