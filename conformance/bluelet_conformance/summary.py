"""The end of a run in a few lines: conformant or not, which clauses are not met, the choices."""

from __future__ import annotations

from collections.abc import Iterable

from bluelet_spec import Level, clauses

from bluelet_conformance.judge import Judgement
from bluelet_conformance.report import Result


def headline(result: Result, strict: bool) -> str:
    """Return the one sentence on an implementation."""
    judged, total = len(result.judgements), len(clauses())
    unmet = result.unmet(Level.MUST) + (result.unmet(Level.SHOULD) if strict else [])
    if unmet:
        return "NOT conformant"
    if result.is_complete():
        return "conformant, strictly" if strict else "conformant"
    return f"no verdict on the whole, {judged} of {total} clauses judged"


def lines(result: Result, strict: bool) -> list[str]:
    """Return the summary of one implementation, headline first."""
    text = [f"{result.name} {result.version} ({result.origin}): {headline(result, strict)}"]
    for level in (Level.MUST, Level.SHOULD):
        judged = [one for one in result.judgements.values() if one.level == level]
        unmet = result.unmet(level)
        if not unmet:
            text += [f"  {level}: all {len(judged)} met"] if judged else []
            continue
        text.append(f"  {level}: {len(unmet)} of {len(judged)} not met")
        width = max(len(judgement.clause) for judgement in unmet)
        wide = max(7, *(len(judgement.verdict) for judgement in unmet))
        text += [f"    {one.verdict:{wide}} {one.clause:{width}}  {_what(one)}" for one in unmet]
    choices = result.choices()
    if choices:
        text.append("  MAY: " + "; ".join(f"{clause} {way}" for clause, way in choices.items()))
    return text


def blockers(result: Result, blocked: Iterable[Judgement]) -> list[str]:
    """Return what to say of clauses that were not chosen, and for which some of `blocked` fail."""
    text: dict[str, list[str]] = {}
    for judgement in blocked:
        if judgement.blocker and judgement.blocker.partition(" ")[0] not in result.judgements:
            text.setdefault(judgement.blocker, []).append(judgement.clause)
    return [
        f"  not chosen, and not met: {blocker}, which blocks {_first(clauses)}; to see it: "
        f"pytest {blocker.partition(' ')[0]} --impl={result.name}"
        for blocker, clauses in text.items()
    ]


def _first(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{words[0]} and {len(words) - 1} more"


def _what(judgement: Judgement) -> str:
    """Say what is not met: the clause's sentence, unless its program was never run."""
    was_run = judgement.seconds > 0
    return clauses()[judgement.clause].sentence if was_run else judgement.detail
