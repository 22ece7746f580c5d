"""The end of a run in a few lines: conformant or not, which clauses are not met, the choices."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from bluelet_spec import Level, clauses

from bluelet_conformance.collection import from_here
from bluelet_conformance.judging.printable import in_a_line
from bluelet_conformance.judging.verdicts import Judgement, Verdict, command
from bluelet_conformance.reports import Report, Result
from bluelet_conformance.reports.count import DEMANDING

_MOST = 10
"""How many changes of a kind are told."""


def lines(report: Report) -> Iterator[str]:
    """Yield the summary: each implementation, headline first, and several side by side."""
    yield from map(in_a_line, _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for result in report.results:
        yield from _on(result, report.strict)
        yield from _programs(result)
        yield from _choices(result)
        yield from _changes(report, result.name)
    if len(report.results) > 1 and report.chapters():
        yield from _matrix(report)


def _on(result: Result, strict: bool) -> Iterator[str]:
    yield f"{result.name} {result.version} ({result.origin}): {result.headline(strict)}"
    yield from (f"  {each}" for each in [*result.hindrances(), *result.unsupported()])
    for level in DEMANDING:
        counted = result.count(level)
        if counted.total:
            yield f"  {level}: {counted}"
        failing = [one for one in result.failing(level) if one.verdict != Verdict.UNSUPPORTED]
        if failing:
            width = max(len(judgement.clause) for judgement in failing)
            wide = max(7, *(len(judgement.verdict) for judgement in failing))
            yield from (
                f"    {one.verdict:{wide}} {one.clause:{width}}  {_what(one)}" for one in failing
            )


def _programs(result: Result) -> Iterator[str]:
    """Yield what programs showed, a fault a line: its level, clause, and how small the program."""
    if result.exploration is None:
        return
    yield f"  programs: {result.exploration.in_short()}"
    found = [each for level in Level for each in result.findings(level)]
    width = max((len(each.clause) for each in found), default=0)
    for each in found:
        size = each.as_program().size()
        statements = "1 statement" if size == 1 else f"{size} statements"
        same = f", {each.explained()}" if each.same_as else ""
        yield f"    {each.level:6} {each.clause:{width}}  {statements}{same}"
    scripts = result.exploration.scripts
    if found and all(each.clause in scripts for each in found):
        folder = from_here(Path(scripts[found[0].clause]).parent)
        yield f"    one by itself: {shlex.join(['python', str(folder)])}/CLAUSE.py"


def _choices(result: Result) -> Iterator[str]:
    choices = result.choices()
    if choices:
        yield "  MAY: " + "; ".join(f"{clause} {way}" for clause, way in choices.items())


def blockers(result: Result, blocked: Iterable[Judgement]) -> list[str]:
    """Return what to say of clauses that were not chosen, and for which some of `blocked` fail."""
    text: dict[str, list[str]] = {}
    for judgement in blocked:
        if judgement.blocker and judgement.blocker.partition(" ")[0] not in result.judgements:
            text.setdefault(judgement.blocker, []).append(judgement.clause)
    return [
        in_a_line(
            f"  not chosen, and not met: {blocker}, which blocks {_first(clauses)}; to see it: "
            + command(blocker.partition(" ")[0], result.name)
        )
        for blocker, clauses in text.items()
    ]


def _first(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{words[0]} and {len(words) - 1} more"


def _what(judgement: Judgement) -> str:
    """Say what is not met: the clause's sentence, unless its program was never run."""
    was_run = judgement.seconds > 0
    if was_run:
        return clauses()[judgement.clause].sentence
    return " ".join(judgement.detail.split())


def _changes(report: Report, name: str) -> Iterator[str]:
    if name in report.changes:
        yield f"  since the earlier report: {report.changes[name]}"
        for kind, found in report.changes[name].kinds.items():
            more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
            yield f"    {kind}: " + "; ".join(map(str, found[:_MOST])) + more


def _matrix(report: Report) -> Iterator[str]:
    rows = [["", *(result.name for result in report.results)]]
    for chapter in report.chapters():
        rows.append([chapter, *(result.standing(chapter) for result in report.results)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
