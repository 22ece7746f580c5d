"""The tables of all clauses: the index, the matrix, and its summary on the home page.

They are plain HTML tables. The script of the site makes that of the index one to sort and to
filter; without it nothing is missing but that.
"""

from __future__ import annotations

from html import escape

from bluelet_spec import SPEC_VERSION, Clause, Level, clauses
from bluelet_spec.programs.writing import text

from bluelet_docs.book import Chapter, book
from bluelet_docs.known import KNOWN, Report, reports
from bluelet_docs.markup import (
    CHAPTERS,
    address,
    anchor,
    badge,
    breaking,
    linked,
    opening,
    pre,
    prose,
    python,
    table,
    verdict,
)

UP = "../"
"""The root of the site, from a generated page."""

MARKS = {"pass": "✓", "blocked": "…", "unsupported": "…", "not judged": "·"}
"""Signs beside verdicts; another verdict has a cross."""


def index_page() -> str:
    """Return the index of clauses, as Markdown."""
    head = ["clause", "level", *(escape(each.known.name) for each in reports())]
    rows = [_index_row(clause) for clause in clauses().values()]
    levels = ", ".join(
        f"{sum(each.level == level for each in clauses().values())} {level}" for level in Level
    )
    return "\n\n".join(
        [
            "# Index of clauses",
            f"{len(rows)} clauses: {levels}. Where a clause leaves a choice, the choice that an "
            "implementation makes stands in place of its verdict.",
            table("Clauses, and who meets them", head, rows, "index"),
            "",
        ]
    )


def _index_row(clause: Clause) -> str:
    verdicts = [report.of(clause.id) for report in reports()]
    cells = "".join(
        f"<td>{verdict(each.verdict) if not each.choice else prose(each.choice)}</td>"
        for each in verdicts
    )
    data = (
        f'data-chapter="{clause.chapter}" data-level="{clause.level}" '
        f'data-verdicts="{escape("|".join(each.verdict for each in verdicts))}"'
    )
    return (
        f'<tr {data}><th scope="row">{anchor(clause.id, UP)}'
        f"<span>{prose(clause.sentence)}</span></th><td>{badge(clause)}</td>{cells}</tr>"
    )


def summary() -> str:
    """Return the matrix of implementations by chapter, as HTML for the home page."""
    head = ["chapter", *(escape(each.known.name) for each in reports())]
    rows = [_summary_row(chapter) for chapter in book()]
    return table("What is not met, by chapter", head, rows, "summary")


def _summary_row(chapter: Chapter) -> str:
    link = f'<a href="{CHAPTERS}/{chapter.name}.html">{chapter.name}</a>'
    cells = ""
    for report in reports():
        standing = report.standing(chapter.name)
        kind = "fail" if "not met" in standing else "pass" if standing == "all met" else "blocked"
        cells += f'<td class="{kind}">{standing}</td>'
    return f'<tr><th scope="row">{link}</th>{cells}</tr>'


def matrix_page() -> str:
    """Return the matrix of implementations by clauses, as Markdown."""
    names = [escape(each.known.name) for each in reports()]
    parts = [
        "# The matrix",
        f"The known implementations, judged by specification {SPEC_VERSION}. "
        "Each verdict leads to the clause, where it is told what was seen, and why, as far as "
        "somebody has found out. [What the verdicts "
        "mean](../guides/judge-a-port.md#read-the-result).",
    ]
    parts += [
        f"- **{each.name}**"
        + (f" (`pip install {each.requirement}`)" if each.requirement and not each.unusable else "")
        + f": {each.about} {each.unusable or _standing(each.name)}"
        for each in KNOWN
    ]
    for chapter in book():
        rows = [_matrix_row(clause) for clause in chapter]
        caption = f"Clauses of {chapter.name}"
        parts += [f"## {chapter.name}", table(caption, ["clause", *names], rows, "matrix")]
    parts += ["## Programs that nobody wrote", _FINDINGS]
    for report in reports():
        parts += _findings(report)
    return "\n\n".join([*parts, ""])


_FINDINGS = """Each implementation has also run two thousand drawn programs, and what they did was
compared with [the model](model.md). These are the faults that were found so. In a program,
`note` and `at` take note of what is seen, of which the last lines stand below it."""


def _standing(name: str) -> str:
    report = next((each for each in reports() if each.known.name == name), None)
    if report is None:
        return "It has not been judged."
    standing = report.standing("")
    told = "every MUST and SHOULD is met" if standing == "all met" else standing
    return f"Judged under Python {report.python}: {told}."


def _matrix_row(clause: Clause) -> str:
    cells = ""
    for report in reports():
        seen = report.of(clause.id)
        told = prose(seen.choice) if seen.choice else escape(seen.verdict)
        mark = f'<span aria-hidden="true">{MARKS.get(seen.verdict, "✗")}</span> '
        mark = "" if seen.choice else mark
        if seen.verdict != "pass":
            told = f'<a href="{address(clause.id, UP)}">{told}</a>'
        kind = "choice" if seen.choice else seen.verdict.replace(" ", "-")
        cells += f'<td class="{kind}">{mark}{told}</td>'
    return f'<tr><th scope="row">{anchor(clause.id, UP)} {badge(clause)}</th>{cells}</tr>'


def _findings(report: Report) -> list[str]:
    """Return the faults that programs showed on an implementation, as Markdown."""
    parts = [f"### {report.known.name}"]
    if not report.findings:
        return [*parts, "None."]
    for found in report.findings:
        clause = clauses()[found.clause]
        bodies = [f"def {name}():\n{text(body)}" for name, body in found.program.bodies]
        seen = "\n".join([*found.seen, f"(due in the place of that: {found.due})"])
        parts.append(
            opening(
                f"{badge(clause)} <code>{breaking(clause.id)}</code>",
                f"{linked(clause.id)}: {clause.sentence}",
                python("\n\n".join(bodies)),
                pre(seen, f"What was seen of {clause.id} on {report.known.name}"),
            )
        )
    return parts
