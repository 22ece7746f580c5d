"""What a run found out: one `Result` for each implementation, together a `Report`.

Everything that is said at the end of a run, on the terminal or in a file, is made from these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from bluelet_spec import Level, clauses

from bluelet_conformance.judging.printable import in_a_line
from bluelet_conformance.judging.verdicts import Judgement, Verdict
from bluelet_conformance.programs.findings import Exploration, Finding
from bluelet_conformance.reports.changes import Changes
from bluelet_conformance.reports.count import Count, count, standing


class Result:
    """All that a run found out about one implementation."""

    def __init__(self, name: str, origin: str, version: str) -> None:
        self.name = in_a_line(name)
        self.origin = in_a_line(origin)
        self.version = in_a_line(version)
        self._found: dict[str, Judgement] = {}
        self.exploration: Exploration | None = None
        """What came of running programs, if any were run."""
        self.flaky: dict[str, str] = {}
        """By clause: how a known failure that does not show in each run came out in this one."""
        self.failed: list[str] = []
        """The clauses, or `programs`, where the suite itself failed."""

    def add(self, judgement: Judgement) -> None:
        """Add a verdict; they may come in any order."""
        self._found[judgement.clause] = judgement

    @property
    def judgements(self) -> dict[str, Judgement]:
        """The verdicts by clause, in the order of the specification."""
        return {clause: self._found[clause] for clause in clauses() if clause in self._found}

    def get(self, clause: str) -> Judgement | None:
        """Return the verdict on one clause, or None if that was not judged."""
        return self._found.get(clause)

    def findings(self, level: Level) -> list[Finding]:
        """Return the faults that programs showed against clauses of `level`, in their order."""
        found = self.exploration.findings if self.exploration else {}
        return [found[id] for id in clauses() if id in found and found[id].level == level]

    def failing(self, level: Level) -> list[Judgement]:
        """Return the clauses of `level` that were to be judged and did not pass, blocked ones too.

        What is missing, and the README does not mention, is none of them.
        """
        return [
            one
            for one in self.judged().values()
            if one.level == level and one.verdict != Verdict.PASS and not one.lacks
        ]

    def judged(self) -> dict[str, Judgement]:
        """Return the verdicts on the clauses that neither machine nor port kept from judgement."""
        return {clause: one for clause, one in self.judgements.items() if not one.hindrance}

    def unjudged(self, *levels: Level) -> list[str]:
        """Return the clauses of `levels` that the machine or the port kept from being judged."""
        found = self.judgements.items()
        return [clause for clause, one in found if one.hindrance and one.level in levels]

    def hindrances(self) -> list[str]:
        """Return a sentence on each thing that kept clauses from judgement, with their number."""
        kept = Counter(one.hindrance for one in self.judgements.values() if one.hindrance)
        return [
            f"not judged: {number} {'clause' if number == 1 else 'clauses'}, for {what}"
            for what, number in kept.items()
        ]

    def losses(self) -> list[str]:
        """Return a sentence on each thing that this run was to find out, and did not."""
        found = []
        if self.exploration and self.exploration.lost:
            number = len(self.exploration.lost)
            processes = "a process" if number == 1 else f"{number} processes"
            found.append(f"{processes} died while programs ran, and nobody knows why")
        if self.failed:
            others = f" and {len(self.failed) - 1} more" if len(self.failed) > 1 else ""
            found.append(f"the suite itself failed at {self.failed[0]}{others}")
        return found

    def count(self, *levels: Level) -> Count:
        """Return how the clauses of some levels stand."""
        return count(*self._standing(), *levels)

    def _standing(self) -> tuple[dict[str, str], Collection[str]]:
        """Return the verdicts by clause, and the clauses that programs showed faults against."""
        verdicts = {clause: one.verdict for clause, one in self.judged().items()}
        return verdicts, self.exploration.findings.keys() if self.exploration else ()

    def unsupported(self) -> list[str]:
        """Return a sentence on each reason for which clauses are unsupported, with their number."""
        found = self.judged().values()
        reasons = Counter(one.detail for one in found if one.verdict == Verdict.UNSUPPORTED)
        return [
            in_a_line(f"unsupported: {number} {'clause' if number == 1 else 'clauses'}, {reason}")
            for reason, number in reasons.items()
        ]

    def choices(self) -> dict[str, str]:
        """Return which way the implementation went where it was free to."""
        found = self.judgements.items()
        return {clause: judgement.choice for clause, judgement in found if judgement.choice}

    def is_complete(self, strict: bool) -> bool:
        """Return whether every clause was judged, of those that are not demanded as far as can be.

        What is not demanded may be kept from judgement by the machine or the port.
        """
        is_whole = self.judgements.keys() == clauses().keys()
        return is_whole and not self.unjudged(*demanded(strict))

    def is_conformant(self, strict: bool) -> bool:
        """Return whether every MUST was judged and is met; if `strict`, every SHOULD too.

        One against which a program showed a fault is not met.
        """
        if self.losses() or any(self.findings(level) for level in demanded(strict)):
            return False
        met = {one.clause for one in self._found.values() if one.lacks or one.verdict == "pass"}
        return all(
            clause.id in met for clause in clauses().values() if clause.level in demanded(strict)
        )

    def headline(self, strict: bool) -> str:
        """Return the one sentence on the implementation; if it is not conformant, why."""
        reasons, losses = list(self._reasons(strict)), self.losses()
        if reasons or (self.exploration is not None and self.exploration.lost):
            return f"NOT conformant: {', '.join([*reasons, *losses])}"
        if losses:
            return f"no verdict on the whole, {', '.join(losses)}"
        if self.is_complete(strict):
            return "conformant, strictly" if strict else "conformant"
        judged, total = len(self.judged()), len(clauses())
        return f"no verdict on the whole, {judged} of {total} clauses judged"

    def _reasons(self, strict: bool) -> Iterator[str]:
        """Yield what keeps the implementation from being conformant, as far as it was judged."""
        levels = demanded(strict)
        counts = {level: self.count(level) for level in levels}
        both = self.count(*levels)
        if unmet := [f"{one.not_met} {level}" for level, one in counts.items() if one.not_met]:
            yield f"{', '.join(unmet)} not met{both.programs()}"
        if both.blocked:
            yield f"{both.blocked} not judged because of {'them' if unmet else 'others'}"
        failing = [one for level in levels for one in self.failing(level)]
        if declared := sum(one.verdict == Verdict.UNSUPPORTED for one in failing):
            yield f"{declared} declared unsupported"

    def standing(self, chapter: str) -> str:
        """Return in a few words how the implementation stands in a chapter, or in all (`""`)."""

        def within(found: Iterable[str]) -> int:
            return sum(chapter in ("", clauses()[clause].chapter) for clause in found)

        if told := standing(*self._standing(), chapter):
            return told
        if not within(self.judged()):
            return "not judged"
        unjudged = within(self.unjudged(*Level))
        return f"{unjudged} not judged" if unjudged else "all met"


@dataclass(frozen=True)
class Report:
    """All that a run found out."""

    results: list[Result]
    """In the order in which the implementations were named."""
    strict: bool
    """Whether SHOULD is demanded as well."""
    changes: dict[str, Changes] = field(default_factory=dict)
    """By implementation: what is not as in the earlier report, where there is one."""

    def chapters(self) -> list[str]:
        """Return the chapters of which a clause was judged, in the specification's order."""
        return list(dict.fromkeys(clauses()[clause].chapter for clause in self.judged()))

    def judged(self) -> list[str]:
        """Return the clauses that were judged on any implementation, in that order."""
        return [
            clause
            for clause in clauses()
            if any(each.get(clause) is not None for each in self.results)
        ]


def demanded(strict: bool) -> list[Level]:
    """Return the levels on which conformance depends."""
    return [Level.MUST, Level.SHOULD] if strict else [Level.MUST]
