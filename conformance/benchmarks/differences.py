"""What two reports on the same ports do not say alike.

Verdicts are compared, with their details, and choices; where programs were run, also the clauses
that they show a fault against. How long a clause took is not compared, nor how many programs there
was time for. A detail or a choice is compared only where the verdict is the same: where it is not,
they differ for that reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

KINDS = {
    "verdict": "verdicts",
    "detail": "details",
    "choice": "choices",
    "finding": "findings of programs",
}
"""What can differ, and what several of them are called."""

AS_A_WHOLE = "as a whole"
"""Stands for a clause in the verdict on a port: whether it is conformant."""

EVERY_PORT = "every port"
"""Stands for a port where a clause is in one of the two reports only."""

NOTHING = "nothing"
"""Stands for what a report does not say."""

Judged: TypeAlias = dict[str, Any]
"""What a report says of one port."""


@dataclass(frozen=True)
class Difference:
    """Something that the two reports do not say alike."""

    kind: str
    port: str
    clause: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.port}  {self.clause}: {self.old} → {self.new}"


@dataclass
class Comparison:
    """What came of the comparison of all ports."""

    ports: int = 0
    """How many were compared."""
    verdicts: int = 0
    """How many the new reports have on them."""
    found: list[Difference] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    """A sentence for each report that there is none of."""
    clauses: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))
    """Those that each of the two judged, of any port."""

    def add(self, port: str, old: Judged, new: Judged) -> list[Difference]:
        """Compare two reports on a port; return what they do not say alike."""
        found = list(differences(port, old, new))
        self.ports += 1
        self.verdicts += len(new["clauses"])
        self.found += found
        self.clauses[0].update(old["clauses"])
        self.clauses[1].update(new["clauses"])
        return found

    @property
    def is_clean(self) -> bool:
        """Whether all ports were compared, and nothing differs."""
        return self.ports > 0 and not self.found and not self.not_compared

    def folded(self) -> list[Difference]:
        """Return all differences, but only one for a clause that one of the two does not have."""
        before, after = self.clauses
        has = {True: "judged", False: NOTHING}
        unknown = [
            Difference("verdict", EVERY_PORT, clause, has[clause in before], has[clause in after])
            for clause in sorted(before ^ after)
        ]
        return unknown + [each for each in self.found if each.clause not in before ^ after]

    def __str__(self) -> str:
        lines, counts, folded = [], [], self.folded()
        for kind, many in KINDS.items():
            of_kind = [each for each in folded if each.kind == kind]
            counts.append(f"{len(of_kind)} {many}")
            if of_kind:
                lines += [f"{many}:", *(f"  {each}" for each in of_kind), ""]
        if self.not_compared:
            lines += ["not compared:", *(f"  {each}" for each in self.not_compared), ""]
        total = f"{self.ports} ports compared, with {self.verdicts} verdicts"
        return "\n".join([*lines, f"{total}; different: {', '.join(counts)}"])


def differences(port: str, old: Judged, new: Judged) -> Iterator[Difference]:
    """Yield what two reports on one port do not say alike."""
    before = {AS_A_WHOLE: _conformant(old), **_clauses(old, "verdict")}
    after = {AS_A_WHOLE: _conformant(new), **_clauses(new, "verdict")}
    alike = {clause for clause in before if before[clause] == after.get(clause)}

    def of_alike(said: Mapping[str, str]) -> dict[str, str]:
        return {clause: text for clause, text in said.items() if clause in alike}

    said: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
        "verdict": (before, after),
        "detail": (of_alike(_clauses(old, "detail")), of_alike(_clauses(new, "detail"))),
        "choice": (of_alike(old["choices"]), of_alike(new["choices"])),
        "finding": (_findings(old), _findings(new)),
    }
    for kind, (one, other) in said.items():
        for clause in {**one, **other}:
            pair = one.get(clause, NOTHING), other.get(clause, NOTHING)
            if pair[0] != pair[1]:
                yield Difference(kind, port, clause, *(text or NOTHING for text in pair))


def _conformant(judged: Judged) -> str:
    return "conformant" if judged["conformant"] else "not conformant"


def _clauses(judged: Judged, what: str) -> dict[str, str]:
    return {clause: judgement[what] for clause, judgement in judged["clauses"].items()}


def _findings(judged: Judged) -> dict[str, str]:
    """Return the clauses that programs show a fault against, with their levels."""
    findings = judged.get("programs", {}).get("findings", [])
    return {finding["clause"]: finding["level"] for finding in findings}
