"""The report as a pull request's comment: Markdown as GitHub reads it.

A comment may have 65,536 characters. Clauses that are not met are told with their program as long
as that fits, MUST before SHOULD; then in a line each; and what does not fit even so is counted. So
are the faults that drawn programs showed, which have half of the room at the most.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Hashable, Iterator, Mapping
from itertools import product
from typing import TypeVar

from bluelet_spec import SPEC_VERSION, Clause, Level, clauses

from bluelet_conformance.judging.printable import visible
from bluelet_conformance.judging.verdicts import NOT_RUN, Judgement, Verdict, command
from bluelet_conformance.programs.findings import Exploration, Finding
from bluelet_conformance.reports.escaping import as_content
from bluelet_conformance.reports.program import reproduction
from bluelet_conformance.reports.result import Report, Result

LIMIT = 60_000
"""How many characters a report may have, but for the count of what was left out."""

MOST = 50
"""How many changes of a kind are told."""

_Key = TypeVar("_Key", bound=Hashable)

_SPECIAL = re.compile(r"([\\`*_\[\]#|~])")


def render(report: Report) -> str:
    """Return the file's text."""
    before = [_headlines(report), *_changes(report), *_matrix(report), *_flaky(report)]
    strict = ", strict" if report.strict else ""
    versions = f"Specification {SPEC_VERSION}, Python {platform.python_version()}{strict}."
    after = [*_choices(report), versions]
    room = LIMIT - sum(len(part) + 2 for part in before + after)
    faults = list(_faults(report, room // 2))
    room -= sum(len(part) + 2 for part in faults)
    return "\n\n".join([*before, *_unmet(report, room), *faults, *after]) + "\n"


def _headlines(report: Report) -> str:
    lines = [
        f"- **{_text(result.name)} {_text(result.version)}** ({_text(result.origin)}): "
        f"**{result.headline(report.strict)}**; {result.standing('')}"
        + (f"; programs: {result.exploration.in_short()}" if result.exploration else "")
        + "".join(f"; {_text(each)}" for each in [*result.hindrances(), *result.unsupported()])
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


def _matrix(report: Report) -> Iterator[str]:
    rows = [
        [chapter, *(result.standing(chapter) for result in report.results)]
        for chapter in report.chapters()
    ]
    if rows:
        yield _table(["chapter", *(_text(result.name) for result in report.results)], rows)


def _flaky(report: Report) -> Iterator[str]:
    lines = [
        f"- `{clause}` on {_text(result.name)}: {said}"
        for result in report.results
        for clause, said in result.flaky.items()
    ]
    if lines:
        yield "\n".join(["Known failures that do not show in each run:", "", *lines])


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
    """Yield what is said of the clauses that are not met, or not judged, by chapter and level."""
    found = {
        clause: there
        for clause in map(clauses().__getitem__, report.judged())
        if (there := [(each, one) for each in report.results if (one := _not_met(each, clause))])
    }
    order = sorted(found, key=lambda clause: list(Level).index(clause.level))
    lengths = (_in_a_line, _in_full)
    texts = {each: tuple(tell(each, found[each]) for tell in lengths) for each in order}
    told = _fitting(texts, room)
    for chapter in report.chapters():
        for level, was_run in product(Level, (True, False)):
            place = chapter, level, was_run
            entries = [
                told[clause]
                for clause, there in found.items()
                if (clause.chapter, clause.level, _was_run(there)) == place and clause in told
            ]
            if entries:
                heading = f"### {chapter}: {level} not {'met' if was_run else 'judged'}"
                yield "\n\n".join([heading, *entries])
    short = sum(text.startswith("- ") and _was_run(found[clause]) for clause, text in told.items())
    if short:
        yield (
            f"{short} clauses are told without their programs, for which there is no room here; "
            "`--report FILE.html` has them all."
        )
    if len(told) < len(found):
        yield f"… and {len(found) - len(told)} more clauses, for which there is no room here."


def _fitting(texts: Mapping[_Key, tuple[str, ...]], room: int) -> dict[_Key, str]:
    """Return the longer text of as many as there is room for, the first first, else the shorter.

    Each is given with its texts, the shorter ones first.
    """
    told: dict[_Key, str] = {}
    for length in range(2):
        for key, lengths in texts.items():
            growth = len(lengths[length]) - len(told.get(key, "")) + 2
            if growth <= room and (key in told or length == 0):
                told[key] = lengths[length]
                room -= growth
    return told


def _was_run(there: list[tuple[Result, Judgement]]) -> bool:
    return any(one.verdict not in NOT_RUN for _, one in there)


def _not_met(result: Result, clause: Clause) -> Judgement | None:
    judgement = result.get(clause.id)
    if judgement is None or judgement.verdict == Verdict.PASS:
        return None
    return None if judgement.hindrance or judgement.lacks else judgement


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
    on = ", ".join(f"{one.verdict} on {as_content(each.name)}" for each, one in there)
    return _details(f"<code>{clause.id}</code>, {on}", "\n\n".join(parts))


def _faults(report: Report, room: int) -> Iterator[str]:
    """Yield what is said of the faults that programs showed, by implementation."""
    found = [(each, each.exploration) for each in report.results if each.exploration]
    found = [(each, exploration) for each, exploration in found if exploration.findings]
    for result, exploration in found:
        yield from _faults_on(result, exploration, room // len(found))


def _faults_on(result: Result, exploration: Exploration, room: int) -> Iterator[str]:
    heading = (
        f"### Programs on {_text(result.name)}\n\n{exploration.in_short()}. All of it again:\n\n"
        + _fenced(exploration.again(result.name), "sh")
    )
    texts = {
        finding.clause: (_fault_in_a_line(finding), _fault_in_full(finding))
        for level in Level
        for finding in result.findings(level)
    }
    told = _fitting(texts, room - len(heading) - 2)
    yield "\n\n".join([heading, *told.values()])
    if any(text.startswith("- ") for text in told.values()):
        yield "Where a program is missing, there is no room for it; `--report FILE.html` has all."
    if len(told) < len(texts):
        yield f"… and {len(texts) - len(told)} more faults, for which there is no room here."


def _fault_in_a_line(finding: Finding) -> str:
    sentence = _prose(clauses()[finding.clause].sentence)
    return f"- `{finding.clause}`, {finding.level}: {sentence}"


def _fault_in_full(finding: Finding) -> str:
    parts = [
        f"**{finding.level}**: {_prose(clauses()[finding.clause].sentence)}",
        *([f"{_text(finding.explained().capitalize())}."] if finding.same_as else []),
        "The smallest program found that shows it:",
        _fenced(finding.coroutines(), "python"),
        "Seen:",
        _fenced("\n".join(finding.seen())),
        "Due in the place of the last:",
        _fenced(finding.due()),
        "The program as JSON:",
        _fenced(json.dumps(finding.program), "json"),
    ]
    summary = f"<code>{finding.clause}</code>, {finding.level}"
    return _details(summary, "\n\n".join(parts))


def _details(summary: str, body: str) -> str:
    """Return what opens to `body`; `summary` is HTML."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _fenced(text: str, language: str = "") -> str:
    """Return `text` as code, between fences longer than any that it holds."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}{language}\n{visible(text)}\n{fence}"


def _text(text: str) -> str:
    """Return `text` as it would be read, on a line of its own or in a table."""
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", as_content(text))


def _prose(sentence: str) -> str:
    """Return a sentence of the specification, whose code is marked as Markdown marks it."""
    parts = re.split("(`.+?`)", sentence)
    return "".join(part if part.startswith("`") else _escaped(part) for part in parts)
