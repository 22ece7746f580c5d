"""Two ledgers: what bluelet's README promises, and what the specification leaves open.

A promise names the clauses that hold it, or says why none does; else there is no page, and no site.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from bluelet_spec import Clause, Level, clauses
from bluelet_spec.promises import PROMISES, Promise

from bluelet_docs.known import reports
from bluelet_docs.markup import anchor, listed, opening, prose, table

MANY = 12
"""More clauses than that are folded up."""


class BrokenPromise(Exception):
    """A promise that nothing holds; the message says which."""


def check(promises: Iterable[Promise]) -> None:
    """See that each promise is held by clauses, or says why not.

    Raises:
        BrokenPromise: one does neither, or names a clause that there is not.
    """
    for promise in promises:
        name = f"the promise {promise.text!r} ({promise.section})"
        if not promise.clauses and not promise.out_of_scope:
            raise BrokenPromise(f"{name} has no clause that holds it, and no reason for that")
        for clause in promise.clauses:
            if clause not in clauses():
                raise BrokenPromise(f"{name} is held by {clause}, and there is no such clause")


def page(promises: Iterable[Promise] = PROMISES) -> str:
    """Return the page of promises, as Markdown.

    Raises:
        BrokenPromise: nothing holds one of them.
    """
    promises = list(promises)
    check(promises)
    held = sum(bool(each.clauses) for each in promises)
    parts = [
        "# What is promised",
        "bluelet's README is all that it ever said of itself, and the specification starts from "
        f"it. Here it is read from its first sentence to its last: {len(promises)} promises, in "
        f"our own words, of which {held} are held by clauses. The others say why none does.",
    ]
    for section, group in groupby(promises, key=lambda each: each.section):
        parts.append(f"## {section}")
        for promise in group:
            told = listed(promise.clauses) or f"No clause: {promise.out_of_scope}."
            if len(promise.clauses) > MANY:
                told = opening(f"{len(promise.clauses)} clauses", told).replace("\n\n", "\n\n  ")
            parts.append(f"- {promise.text}\n\n  {told}")
    return "\n\n".join([*parts, ""])


def ledger_page() -> str:
    """Return the page of what is left open, as Markdown."""
    head = ["clause", "choices", *(escape(each.known.name) for each in reports())]
    open_ = [each for each in clauses().values() if each.level == Level.MAY]
    return "\n\n".join(
        [
            "# What is left open",
            f"{len(open_)} clauses leave a choice. It fails nobody, and a program that is to run "
            "on any bluelet does not rely on it. This is who chose what.",
            table("Choices", head, [_row(each) for each in open_], "ledger"),
            "",
        ]
    )


def _row(clause: Clause) -> str:
    cells = ""
    for report in reports():
        seen = report.of(clause.id)
        cells += f"<td>{prose(seen.choice) or f'<em>{seen.verdict}</em>'}</td>"
    choices = "".join(f"<li>{prose(each)}</li>" for each in clause.choices)
    return (
        f'<tr><th scope="row">{anchor(clause.id, "../")}<span>{prose(clause.sentence)}</span></th>'
        f"<td><ul>{choices}</ul></td>{cells}</tr>"
    )
