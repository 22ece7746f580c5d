"""The report to read: one HTML file that needs nothing else, not even JavaScript.

`page.html` is the page around what is made here: a card for each implementation, a table of
chapters, and for each chapter a table of its clauses by level, in which each clause that is not
met opens to what was seen; then the faults that drawn programs showed, each of which opens too.
With JavaScript the page has filters as well. They live in the part of the address after `#`, so a
link to what one sees is the address.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from string import Template

from bluelet_spec import SPEC_VERSION, Clause, Level, clauses

from bluelet_conformance.judging.verdicts import NOT_RUN, Judgement, Verdict, command
from bluelet_conformance.programs.findings import Finding
from bluelet_conformance.reports.changes import Change
from bluelet_conformance.reports.escaping import as_html, prose_as_html
from bluelet_conformance.reports.program import reproduction
from bluelet_conformance.reports.result import Report, Result

_NOT_JUDGED = "not judged"
_MARKS = {"pass": "✓", "blocked": "…", "unsupported": "…", _NOT_JUDGED: "·"}
"""Signs beside a verdict's name; another verdict has a cross."""


def render(report: Report) -> str:
    """Return the file's text."""
    judged = [clauses()[clause] for clause in report.judged()]
    verdicts = {_verdict(result.get(clause.id)) for result in report.results for clause in judged}
    known = [verdict for verdict in (*Verdict, _NOT_JUDGED) if verdict in verdicts]
    return _page().substitute(
        title=as_html(", ".join(f"{each.name} {each.version}" for each in report.results)),
        cards="\n".join(_card(result, report.strict) for result in report.results),
        changes="\n".join(_changes(report)),
        overview=_overview(report),
        chapters=_options(report.chapters()),
        levels=_options(str(level) for level in Level),
        verdicts=_options(known),
        implementations=_options(result.name for result in report.results),
        columns=str(len(report.results)),
        matrix="\n".join(_chapter(report, chapter) for chapter in report.chapters()),
        programs="\n".join(_programs(report)),
        versions=as_html(
            f"Specification {SPEC_VERSION}, judged by Python {platform.python_version()} on "
            f"{platform.platform()}" + (", strictly." if report.strict else ".")
        ),
    )


@cache
def _page() -> Template:
    return Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))


def _card(result: Result, strict: bool) -> str:
    headline = result.headline(strict)
    kind = (
        "unmet" if headline.startswith("NOT") else "met" if result.is_complete(strict) else "open"
    )
    mark = {"unmet": "✗", "met": "✓", "open": "·"}[kind]
    also = [*result.hindrances(), *result.unsupported()]
    lacks = "".join(f"<p>{as_html(each)}</p>" for each in also)
    return (
        f'<li class="card {kind}"><h2>{as_html(result.name)} '
        f'<span class="version">{as_html(result.version)}</span></h2>'
        f'<p class="origin">{as_html(result.origin)}</p>'
        f'<p class="headline"><span aria-hidden="true">{mark}</span> {as_html(headline)}</p>'
        f"<p>{result.standing('')}</p>{lacks}</li>"
    )


def _changes(report: Report) -> Iterator[str]:
    if report.changes:
        yield "<h2>Since the earlier report</h2>"
    for name, changes in report.changes.items():
        yield f"<p><strong>{as_html(name)}</strong>: {changes}.</p>"
        for kind, found in changes.kinds.items():
            lines = "".join(f"<li>{_change(report, each)}</li>" for each in found)
            yield f"<details><summary>{kind}: {len(found)}</summary><ul>{lines}</ul></details>"


def _change(report: Report, change: Change) -> str:
    return as_html(str(change)).replace(change.clause, _named(report, change.clause), 1)


def _overview(report: Report) -> str:
    if not report.judged():
        return "<p>No clause was judged.</p>"
    head = "".join(f'<th scope="col">{as_html(each.name)}</th>' for each in report.results)
    rows = [
        f'<tr><th scope="row"><a href="#chapter={chapter}">{chapter}</a></th>'
        + "".join(_standing(result.standing(chapter)) for result in report.results)
        + "</tr>"
        for chapter in report.chapters()
    ]
    return "\n".join(
        [
            '<table class="overview">',
            "<caption>What is not met, by chapter and implementation</caption>",
            f'<thead><tr><th scope="col">chapter</th>{head}</tr></thead>',
            "<tbody>",
            *rows,
            "</tbody></table>",
        ]
    )


def _standing(standing: str) -> str:
    kind = "pass" if standing == "all met" else "fail" if "not met" in standing else "none"
    return f'<td class="{kind}">{standing}</td>'


def _options(values: Iterable[str]) -> str:
    return "".join(f"<option>{as_html(value)}</option>" for value in values)


def _chapter(report: Report, chapter: str) -> str:
    """Return a chapter's section: a table with a group of rows for each level."""
    head = "".join(
        f'<th scope="col" data-column="{column}">{as_html(result.name)}</th>'
        for column, result in enumerate(report.results)
    )
    judged = [clauses()[clause] for clause in report.judged()]
    groups = []
    for level in Level:
        rows = [
            row
            for clause in judged
            if (clause.chapter, clause.level) == (chapter, level)
            for row in _rows(report, clause)
        ]
        if rows:
            across = f'colspan="{len(report.results) + 1}"'
            heading = f'<tr class="level"><th scope="rowgroup" {across}>{level}</th></tr>'
            groups.append("\n".join(["<tbody>", heading, *rows, "</tbody>"]))
    return "\n".join(
        [
            f'<section id="chapter={chapter}" aria-labelledby="heading-{chapter}">',
            f'<h3 id="heading-{chapter}">{chapter}</h3>',
            '<div class="wide">',
            f'<table class="clauses"><caption>Clauses of {chapter}, by level</caption>',
            f'<thead><tr><th scope="col">clause</th>{head}</tr></thead>',
            *groups,
            "</table></div></section>",
        ]
    )


def _rows(report: Report, clause: Clause) -> Iterator[str]:
    """Yield a clause's row, and where it is not met the row that opens to the details."""
    there = [result.get(clause.id) for result in report.results]
    shown = f"{_link(clause.id)} <span>{prose_as_html(clause.sentence)}</span>"
    cells = "".join(_cell(report, clause, column) for column in range(len(there)))
    verdicts = as_html("|".join(_verdict(judgement) for judgement in there))
    data = f'data-level="{clause.level}" data-verdicts="{verdicts}"'
    yield f'<tr id="clause={clause.id}" {data}><th scope="row">{shown}</th>{cells}</tr>'
    unmet = {
        column: judgement
        for column, judgement in enumerate(there)
        if judgement is not None and judgement.verdict != Verdict.PASS
    }
    if unmet:
        summary = "; ".join(
            f'<span data-column="{column}">{judgement.verdict} on '
            f"{as_html(report.results[column].name)}</span>"
            for column, judgement in unmet.items()
        )
        summary = f'<span class="hidden">{clause.id}: </span>{summary}'
        parts = [
            _detail(clause, column, report.results[column], judgement)
            for column, judgement in unmet.items()
        ]
        yield (
            f'<tr class="detail"><td colspan="{len(there) + 1}"><details>'
            f"<summary>{summary}</summary>\n{_text(clause)}\n"
            + "\n".join(parts)
            + "</details></td></tr>"
        )


def _cell(report: Report, clause: Clause, column: int) -> str:
    result = report.results[column]
    judgement = result.get(clause.id)
    verdict = _verdict(judgement)
    kind = "none" if judgement is None else verdict
    mark = f'<span aria-hidden="true">{_MARKS.get(verdict, "✗")}</span>'
    choice = (
        f'<br><span class="choice">{as_html(judgement.choice)}</span>'
        if judgement and judgement.choice
        else ""
    )
    flaky = (
        f'<br><span class="choice">{result.flaky[clause.id]}</span>'
        if clause.id in result.flaky
        else ""
    )
    departs = result.exploration is not None and clause.id in result.exploration.findings
    fault = (
        f'<br><a href="#{_fault_id(column, clause.id)}">a program departs</a>' if departs else ""
    )
    return f'<td class="{kind}" data-column="{column}">{mark} {verdict}{choice}{flaky}{fault}</td>'


def _text(clause: Clause) -> str:
    """Return all that the specification says."""
    paragraphs = [f"<strong>{clause.level}</strong>: {prose_as_html(clause.sentence)}"]
    paragraphs += [prose_as_html(each) for each in clause.rationale.split("\n\n") if each]
    paragraphs.append(f"Source: {prose_as_html(clause.source)}")
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _detail(clause: Clause, column: int, result: Result, judgement: Judgement) -> str:
    """Return what was seen on one implementation, and how to see it again."""
    name = as_html(result.name)
    parts = [f"<h4>{judgement.verdict} on {name}</h4>"]
    if judgement.detail:
        parts.append(_code(judgement.detail, f"What was seen on {name}"))
    if judgement.account:
        parts += ["<h5>Where it failed</h5>", _code(judgement.account, f"Where {name} failed")]
    if judgement.verdict not in NOT_RUN:
        program = _code(reproduction(clause, result.name), f"The program, for {name}")
        alone = _code(command(clause.id, result.name), f"The command, for {name}")
        parts += ["<h5>The program, to run by itself</h5>", program]
        parts += ["<h5>Or with the suite around it</h5>", alone]
    return f'<div data-column="{column}">\n' + "\n".join(parts) + "\n</div>"


def _programs(report: Report) -> Iterator[str]:
    """Yield the section of what drawn programs showed, if any were run."""
    if any(result.exploration for result in report.results):
        yield '<h2 id="programs" tabindex="-1">Programs</h2>'
        yield (
            "<p>Programs that nobody wrote, compared with a model of the specification. Each fault "
            "is told once, with the smallest program found that shows it.</p>"
        )
    for column, result in enumerate(report.results):
        if (exploration := result.exploration) is None:
            continue
        name = as_html(result.name)
        yield f'<div data-column="{column}"><h3>{name}</h3>'
        yield f"<p>{as_html(exploration.in_short())}.</p>"
        for level in Level:
            for finding in result.findings(level):
                yield _fault(report, column, finding)
        if exploration.findings:
            yield "<h4>All of it again</h4>"
            yield _code(exploration.again(result.name), f"The command, for {name}")
        yield "</div>"


def _fault(report: Report, column: int, finding: Finding) -> str:
    """Return what opens to a fault, and how to see it again."""
    clause = clauses()[finding.clause]
    on = f"{clause.id}, on {as_html(report.results[column].name)}"
    data = f'data-chapter="{clause.chapter}" data-level="{finding.level}"'
    return "\n".join(
        [
            f'<details class="fault" id="{_fault_id(column, clause.id)}" {data}>',
            f"<summary>{finding.level} <code>{clause.id}</code></summary>",
            f"<p>{_named(report, clause.id)}: {prose_as_html(clause.sentence)}</p>",
            *([f"<p>{as_html(finding.explained().capitalize())}.</p>"] if finding.same_as else []),
            "<h4>Seen</h4>",
            _code("\n".join(finding.seen()), f"What was seen of {on}"),
            "<h4>Due in the place of the last</h4>",
            _code(finding.due(), f"What was due of {on}"),
            "<h4>The program</h4>",
            _code(finding.coroutines(), f"The program against {on}"),
            "<h4>As JSON</h4>",
            _code(json.dumps(finding.program), f"The program against {on}, as JSON"),
            "<details><summary>A Python file that shows it, and needs nothing but the "
            "implementation</summary>",
            _code(finding.script, f"The file against {on}"),
            "</details></details>",
        ]
    )


def _fault_id(column: int, clause: str) -> str:
    return f"fault={column}:{clause}"


def _code(text: str, label: str) -> str:
    """Return a block of code, which can be scrolled by keyboard where it is too wide."""
    return f'<pre tabindex="0" role="group" aria-label="{label}">{as_html(text)}</pre>'


def _named(report: Report, clause: str) -> str:
    """Return a clause's id, as a link if the page has the clause."""
    return _link(clause) if clause in report.judged() else f"<code>{as_html(clause)}</code>"


def _link(clause: str) -> str:
    return f'<a class="id" href="#clause={clause}">{clause}</a>'


def _verdict(judgement: Judgement | None) -> str:
    return _NOT_JUDGED if judgement is None else str(judgement.verdict)
