"""How many clauses are met, and how many are not: the one count that everything said is made from.

A clause is *not met* by its verdict, or because a program that nobody wrote shows a fault against
it. One that is *blocked* is no such clause: nothing is known of it, because of those that are not
met. Nor is one that is *unsupported*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bluelet_spec import Level, clauses

from bluelet_conformance.judging.verdicts import Verdict

DEMANDING = (Level.MUST, Level.SHOULD)
"""The levels that are counted: of a choice, there is nothing to be met."""

_APART = {Verdict.BLOCKED: "blocked", Verdict.UNSUPPORTED: "unsupported"}


@dataclass(frozen=True)
class Count:
    """The clauses of which something is said, each counted once."""

    met: int = 0
    not_met: int = 0
    blocked: int = 0
    unsupported: int = 0
    by_programs: int = 0
    """How many of those that are not met are so by programs alone."""

    @property
    def total(self) -> int:
        """How many clauses there are."""
        return self.met + self.not_met + self.blocked + self.unsupported

    def rest(self, of_a_chapter: bool = False) -> str:
        """Return what is to be said after how many are not met, or nothing.

        What blocks a clause need not be of its chapter, so there it is not said.
        """
        because = f"not judged because of {'them' if self.not_met else 'others'}"
        blocked = "blocked" if of_a_chapter else because
        told = {blocked: self.blocked, "unsupported": self.unsupported}
        return "".join(f", {number} {what}" for what, number in told.items() if number)

    def programs(self) -> str:
        """Return, in brackets, how many are not met by programs alone; mostly nothing."""
        return f" ({self.by_programs} by programs alone)" if self.by_programs else ""

    def __str__(self) -> str:
        """Return how many are not met, or that all are."""
        if self.not_met:
            return f"{self.not_met} of {self.total} not met{self.programs()}{self.rest()}"
        if self.met + self.blocked == 0:
            return self.rest().removeprefix(", ")
        return f"{'' if self.blocked else 'all '}{self.met} met{self.rest()}"


def count(
    verdicts: Mapping[str, str], shown: Collection[str], *levels: Level, chapter: str = ""
) -> Count:
    """Return how the clauses of some levels, of a chapter or of all (`""`), stand.

    `verdicts` are by clause; programs have `shown` faults against some clauses.
    """
    found: Counter[str] = Counter()
    for id, clause in clauses().items():
        if clause.level in levels and chapter in ("", clause.chapter):
            verdict = verdicts.get(id)
            if id in shown:
                found["not_met"] += 1
                found["by_programs"] += verdict in (None, Verdict.PASS, *_APART)
            elif verdict == Verdict.PASS:
                found["met"] += 1
            elif verdict is not None:
                found[_APART.get(Verdict(verdict), "not_met")] += 1
    return Count(**found)


def standing(verdicts: Mapping[str, str], shown: Collection[str], chapter: str = "") -> str:
    """Return in a few words what is not met of a chapter, or of all (`""`); nothing, if all is."""
    by_level = {level: count(verdicts, shown, level, chapter=chapter) for level in DEMANDING}
    unmet = ", ".join(f"{one.not_met} {level}" for level, one in by_level.items() if one.not_met)
    both = count(verdicts, shown, *DEMANDING, chapter=chapter)
    if chapter and not unmet and both.total == both.unsupported > 0:
        return "unsupported"
    rest = both.rest(of_a_chapter=bool(chapter))
    return (f"{unmet} not met" if unmet else "") + (rest if unmet else rest.removeprefix(", "))
