"""The report as a pull request's comment: Markdown as GitHub reads it.

A comment may have 65,536 characters. Clauses that are not met are told with their program as long
as that fits, MUST before SHOULD; then in a line each; and what does not fit even so is counted.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator

from bluelet_spec import SPEC_VERSION, Clause, Level, clauses

from bluelet_conformance.judge import NOT_RUN, Judgement, Verdict, command
from bluelet_conformance.reports.escaping import as_html, printable
from bluelet_conformance.reports.program import reproduction
from bluelet_conformance.reports.result import Report, Result

LIMIT = 60_000
"""How many characters a report may have, but for the count of what was left out."""

MOST = 50
"""How many changes of a kind are told."""

_SPECIAL = re.compile(r"([\\`*_\[\]#|~])")


def render(report: Report) -> str:
    """Return the file's text."""
    before = [_headlines(report), *_changes(report), _matrix(report)]
    strict = ", strict" if report.strict else ""
    versions = f"Specification {SPEC_VERSION}, Python {platform.python_version()}{strict}."
    after = [*_choices(report), versions]
    room = LIMIT - sum(len(part) + 2 for part in before + after)
    return "\n\n".join([*before, *_unmet(report, room), *after]) + "\n"


def _headlines(report: Report) -> str:
    lines = [
        f"- **{_text(result.name)} {_text(result.version)}** ({_text(result.origin)}): "
        f"**{result.headline(report.strict)}**; {result.standing('')}"
        for result in report.results
    ]
    return "\n".join(["## bluelet conformance", "", *lines])


def _changes(report: Report) -> Iterator[str]:
    for name, changes in report.changes.items():
        yield f"**{_text(name)}** since the earlier report: {changes}."
        for kind, found in changes.kinds.items():
            lines = [f"- {_text(str(each))}" for each in found[:MOST]]
            if len(found) > MOST:
                lines.append(f"- … and {len(found) - MOST} more")
            yield _details(f"{kind.capitalize()}: {len(found)}", "\n".join(lines))


def _matrix(report: Report) -> str:
    rows = [
        [chapter, *(result.standing(chapter) for result in report.results)]
        for chapter in report.chapters()
    ]
    return _table(["chapter", *(_text(result.name) for result in report.results)], rows)


def _choices(report: Report) -> Iterator[str]:
    rows = [
        [f"`{clause}`", *(_text(result.choices().get(clause, "")) for result in report.results)]
        for clause in report.judged()
        if clauses()[clause].level == Level.MAY
    ]
    if rows:
        names = [_text(result.name) for result in report.results]
        yield _details("MAY: which way they went", _table(["clause", *names], rows))


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _unmet(report: Report, room: int) -> Iterator[str]:
    """Yield what is said of the clauses that are not met, by chapter and level."""
    found = {
        clause: there
        for clause in map(clauses().__getitem__, report.judged())
        if (there := [(each, one) for each in report.results if (one := _not_met(each, clause))])
    }
    told = _told(found, room)
    for chapter in report.chapters():
        for level in Level:
            entries = [
                told[clause]
                for clause in found
                if (clause.chapter, clause.level) == (chapter, level) and clause in told
            ]
            if entries:
                yield "\n\n".join([f"### {chapter}: {level} not met", *entries])
    short = sum(text.startswith("- ") and _was_run(found[clause]) for clause, text in told.items())
    if short:
        yield (
            f"{short} clauses are told without their programs, for which there is no room here; "
            "`--report FILE.html` has them all."
        )
    if len(told) < len(found):
        yield f"… and {len(found) - len(told)} more clauses, for which there is no room here."


def _told(found: dict[Clause, list[tuple[Result, Judgement]]], room: int) -> dict[Clause, str]:
    """Return what is said of each clause: much for as many as there is room for, MUST first."""
    order = sorted(found, key=lambda clause: list(Level).index(clause.level))
    told: dict[Clause, str] = {}
    for tell in (_in_a_line, _in_full):
        for clause in order:
            text = tell(clause, found[clause])
            growth = len(text) - len(told.get(clause, "")) + 2
            if growth <= room and (clause in told or tell is _in_a_line):
                told[clause] = text
                room -= growth
    return told


def _was_run(there: list[tuple[Result, Judgement]]) -> bool:
    return any(one.verdict not in NOT_RUN for _, one in there)


def _not_met(result: Result, clause: Clause) -> Judgement | None:
    judgement = result.get(clause.id)
    return judgement if judgement and judgement.verdict != Verdict.PASS else None


def _in_a_line(clause: Clause, there: list[tuple[Result, Judgement]]) -> str:
    on = ", ".join(f"{one.verdict} on {_text(each.name)}" for each, one in there)
    return f"- `{clause.id}`, {on}: {_prose(clause.sentence)}"


def _in_full(clause: Clause, there: list[tuple[Result, Judgement]]) -> str:
    if not _was_run(there):
        reasons = dict.fromkeys(_text(one.detail) for _, one in there if one.detail)
        return f"{_in_a_line(clause, there)} ({'; '.join(reasons)})"
    parts = [f"**{clause.level}**: {_prose(clause.sentence)}"]
    for result, one in there:
        parts += [f"Seen on {_text(result.name)}:", _fenced(one.detail or one.verdict)]
    commands = [command(clause.id, result.name) for result, _ in there]
    parts += [
        "The program:",
        _fenced(reproduction(clause, there[0][0].name), "python"),
        "Or with the suite around it:",
        _fenced("\n".join(commands), "sh"),
    ]
    on = ", ".join(f"{one.verdict} on {as_html(each.name)}" for each, one in there)
    return _details(f"<code>{clause.id}</code>, {on}", "\n\n".join(parts))


def _details(summary: str, body: str) -> str:
    """Return what opens to `body`; `summary` is HTML."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _fenced(text: str, language: str = "") -> str:
    """Return `text` as code, between fences longer than any that it holds."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}{language}\n{printable(text)}\n{fence}"


def _text(text: str) -> str:
    """Return `text` as it would be read, on a line of its own or in a table."""
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", as_html(text))


def _prose(sentence: str) -> str:
    """Return a sentence of the specification, whose code is marked as Markdown marks it."""
    parts = re.split("(`.+?`)", sentence)
    return "".join(part if part.startswith("`") else _escaped(part) for part in parts)
