"""Clauses as pytest's tests.

The suite is one file, under which every clause is an item named by its id and the implementation,
`join.after-finish[reference]`; the programs that nobody wrote are an item beside them, or several.
An item whose clause is not met, or whose programs show a fault, raises what it found; what becomes
of that is decided in `outcomes`.
"""

from __future__ import annotations

import shlex
import sys
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
from bluelet_conformance.judging.servers import SuiteFailure
from bluelet_conformance.judging.verdicts import Judgement, Verdict, command
from bluelet_conformance.keeping import Keeper
from bluelet_conformance.listing import show
from bluelet_conformance.programs.exploring import PARTS, Exploring
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
    expected: frozenset[str] = frozenset()
    """The clauses that are expected not to be met."""

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
        show(self.judgement.output, end="")  # It was printed in another process.
        show(self.judgement.errors, end="", stream=sys.stderr)
        if self.judgement.verdict != "pass":
            raise ClauseNotMet(self.judgement)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what the clause demands, what was seen, and how to see it again."""
        if isinstance(excinfo.value, SuiteFailure):
            return told_as_our_own(excinfo.value)
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


class Departs(Exception):
    """Raised by an item whose programs show what no conforming bluelet does."""


class ProgramsItem(pytest.Item):
    """Programs that are drawn, run on one implementation and compared with the model."""

    def __init__(self, *, candidate: Candidate, part: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.candidate = candidate
        self.part = part
        self.exploration: Exploration | None = None
        self._exploring: Exploring | None = None
        self._failure: SuiteFailure | None = None
        self._keeper = Keeper(self.config, candidate.name)
        if self.config.pluginmanager.has_plugin("timeout"):
            self.add_marker(pytest.mark.timeout(0))  # It limits itself.

    def begin(self) -> None:
        """Begin with the programs as soon as that makes sense, beside the clauses."""
        assert isinstance(self.parent, Suite)
        judge = self.parent.judge

        def go_on() -> None:
            if self._exploring is None:
                first = clauses()[FIRST]
                is_known = judge.is_known(first, self.candidate)
                if not is_known or judge.judge(first, self.candidate).verdict != "pass":
                    return
                self._exploring = self._begun()
            try:
                self._exploring.go_on()
            except SuiteFailure as failure:  # It is told when this item's turn comes.
                self._failure = failure
                judge.beside.remove(go_on)

        judge.beside.append(go_on)

    def _effort_and_seed(self) -> tuple[str, int | str]:
        return self.config.option.effort, _seed(self.config.getoption("hypothesis_seed"))

    def _begun(self) -> Exploring:
        assert isinstance(self.parent, Suite)
        server = self.parent.judge.servers.of(self.candidate)
        first = [*self.parent.programs.values(), *self._keeper.known()]
        effort, seed = self._effort_and_seed()
        without = self.parent.judge.inspect(self.candidate).lacks
        expected = self.parent.expected
        return Exploring(server, effort, self.part, seed, first, without, expected)

    def _unmet(self, clause: str) -> str:
        """Return what is to be told as not met where a clause, judged by itself, is not; or "".

        It is known already, or judged now: programs run beside clauses, and by themselves too.
        """
        assert isinstance(self.parent, Suite)
        judgement = self.parent.judge.judge(clauses()[clause], self.candidate)
        if judgement.verdict in (Verdict.PASS, Verdict.UNSUPPORTED) or judgement.hindrance:
            return ""
        return judgement.blocked_by or clause

    def runtest(self) -> None:
        """Run the programs, those first that showed a fault the last time.

        Raises:
            Departs: one of them shows a fault.
        """
        assert isinstance(self.parent, Suite)
        first = self.parent.judge.judge(clauses()[FIRST], self.candidate)
        if first.verdict != "pass":
            why = f"the verdict on {FIRST} is {first.verdict}"
            self.exploration = Exploration(*self._effort_and_seed(), left_out=why)
            pytest.skip(f"presupposes {FIRST}, whose verdict is {first.verdict}")
        if self._failure is not None:
            raise self._failure
        exploring = self._exploring or self._begun()
        progress = self.config.pluginmanager.get_plugin("bluelet_conformance_progress")
        if progress:
            exploring.tell = lambda found: progress.tell(f"{found.programs} programs")
        self.exploration = exploring.finish()
        judge = self.parent.judge
        beside, judge.beside = judge.beside, []  # Programs of others wait for their own turn.
        try:
            self.exploration.explain(self._unmet)
        finally:
            judge.beside = beside
        try:
            if wrong := self._keeper.keep(self.exploration):
                self.warn(pytest.PytestCacheWarning(wrong))
        except pytest.PytestCacheWarning:  # Where warnings are errors, a fault is the worse one.
            if not self.exploration.findings:
                raise
        if self.exploration.findings or self.exploration.lost:
            raise Departs(self.exploration)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say which clauses are not met by what programs, and how to see it again."""
        if isinstance(excinfo.value, SuiteFailure):
            return told_as_our_own(excinfo.value)
        if not isinstance(excinfo.value, Departs) or self.exploration is None:
            return super().repr_failure(excinfo, style)
        found = self.exploration
        told = [found.in_short(), *(self._told(each) for each in found.findings.values())]
        return "\n\n".join([*told, f"All of it again: {found.again(self.candidate.name)}"])

    def _told(self, finding: Finding) -> str:
        script = self.exploration.scripts.get(finding.clause) if self.exploration else None
        if script is None:
            return str(finding)
        return f"{finding}\nby itself: {shlex.join(['python', str(from_here(Path(script)))])}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the suite is, and the heading of a failure."""
        return SUITE, 0, f"{PROGRAMS} on {self.candidate.name}"


def told_as_our_own(failure: SuiteFailure) -> str:
    """Return how it is told that the suite itself failed."""
    return f"The suite itself failed here, which says nothing of the port:\n\n{failure}"


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
