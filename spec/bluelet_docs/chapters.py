"""The page of a chapter: its theory, then each clause with all that is known of it.

A clause's section has the clause's id for its own, as it stands; the extension sees to that. What
is normative comes first: level, sentence, program. The rest is set apart: why, from where, on top
of what, where the reference obeys it, which wrong bluelets it finds out, and who meets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from bluelet_spec import UNSTEADY, Clause, Level
from bluelet_spec.surroundings import surroundings

from bluelet_docs.book import Chapter
from bluelet_docs.citations import citations
from bluelet_docs.faults import faults
from bluelet_docs.known import Report, Verdict, reports
from bluelet_docs.markup import badge, listed, opening, pre, prose, python, verdict

TO_ROOT = "../../"
"""The root of the site, from a chapter's page."""


def page(chapter: Chapter) -> str:
    """Return a chapter's page, as Markdown."""
    parts = [f"# {chapter.name}", chapter.theory]
    for section in chapter.sections:
        if section.title:
            parts += [f"## {section.title}", section.theory]
        depth = "###" if section.title else "##"
        for clause in section.clauses:
            parts += [f"{depth} {clause.id}", *_clause(clause)]
    return "\n\n".join(parts) + "\n"


def _clause(clause: Clause) -> Iterator[str]:
    """Yield the parts of what stands under a clause's id."""
    yield f"{badge(clause)} {clause.sentence}"
    helpers = surroundings(clause).helpers
    yield python("\n\n\n".join([*helpers, clause.program]))
    yield '<div class="about">'
    if clause.rationale:
        yield clause.rationale
    yield f"**Source**: {clause.source}"
    if clause.presupposes:
        yield f"**Presupposes**: {listed(clause.presupposes)}"
    if lines := citations().get(clause.id):
        links = "; ".join(line.link(TO_ROOT) for line in lines)
        yield f"**Obeyed by the reference**: {links}"
    yield "</div>"
    yield from _counterexamples(clause)
    yield _choices(clause) if clause.level == Level.MAY else _verdicts(clause)


def _counterexamples(clause: Clause) -> Iterator[str]:
    """Yield what wrong bluelets do, and how, if any are known."""
    for fault in faults(clause.id):
        label = f"Counterexample: {prose(fault.text)} {verdict(fault.breaks[clause.id])}"
        how = "The reference with this in it is such a bluelet:"
        yield opening(label, *([how, python(fault.code)] if fault.code else []))


def _verdicts(clause: Clause) -> str:
    """Return who meets a clause, as HTML, and what was seen of those who do not."""
    met = [each for each in reports() if each.of(clause.id).verdict == "pass"]
    others = [each for each in reports() if each not in met]
    names = ", ".join(escape(each.known.name) for each in met)
    lines = [f"<li>{verdict('pass')} {names}</li>"] if met else []
    lines += [_line(each, each.of(clause.id), clause) for each in others]
    return _list("Verdicts of the known implementations", lines)


def _choices(clause: Clause) -> str:
    """Return the choices that there are, and who made which, as HTML."""
    made = {
        choice: [each for each in reports() if each.of(clause.id).choice == choice]
        for choice in (*clause.choices, UNSTEADY)
    }
    if not made[UNSTEADY]:
        del made[UNSTEADY]
    lines = []
    for choice, who in made.items():
        names = ", ".join(escape(each.known.name) for each in who) or "no known implementation"
        lines.append(f'<li><span class="choice">{prose(choice)}</span> {names}</li>')
    others = [each for each in reports() if each.of(clause.id).choice not in made]
    lines += [_line(each, each.of(clause.id), clause) for each in others]
    return _list("Choices, and who makes them", lines)


def _list(title: str, lines: list[str]) -> str:
    items = "\n".join(lines)
    return f'<p class="verdicts-title">{title}</p>\n<ul class="verdicts">\n{items}\n</ul>'


def _line(report: Report, seen: Verdict, clause: Clause) -> str:
    """Return one implementation's verdict, which opens to what was seen."""
    name = escape(report.known.name)
    told = f"{verdict(seen.verdict)} {name}"
    if seen.cause:
        told += f": {prose(seen.cause)}"
    if not seen.detail:
        return f"<li>{told}</li>"
    label = f"What was seen of {clause.id} on {report.known.name}"
    shown = pre(seen.detail, label)
    return f"<li><details><summary>{told}</summary>{shown}</details></li>"
