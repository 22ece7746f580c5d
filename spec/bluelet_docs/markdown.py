"""The whole specification as one Markdown file, to be read in an editor and compared by `diff`.

    python -m bluelet_docs.markdown > bluelet-0.1.md

The order is that of the specification, a sentence is a line, and nothing in it hangs on when or
where it was made: what differs between two files differs between two specifications.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from bluelet_spec import SPEC_VERSION, WITHDRAWN, Clause
from bluelet_spec.promises import PROMISES
from bluelet_spec.surroundings import surroundings

from bluelet_docs.book import book, sentences
from bluelet_docs.markup import python


def document() -> str:
    """Return the file."""
    parts = ["# The specification of bluelet", f"Version {SPEC_VERSION}."]
    for chapter in book():
        parts += [f"## {chapter.name}", *_paragraphs(chapter.theory)]
        for section in chapter.sections:
            if section.title:
                parts += [f"### {section.title}", *_paragraphs(section.theory)]
            for clause in section.clauses:
                parts += _clause(clause)
    parts.append("## What bluelet's README promises")
    for promise in PROMISES:
        lines = [f"- {promise.section}: {promise.text}"]
        lines += [f"  - {each}" for each in promise.clauses]
        if promise.out_of_scope:
            lines.append(f"  - No clause: {promise.out_of_scope}.")
        parts.append("\n".join(lines))
    if WITHDRAWN:
        parts.append("## Withdrawn clauses")
        parts.append("\n".join(f"- {clause}: {why}" for clause, why in WITHDRAWN.items()))
    return "\n\n".join(parts) + "\n"


def _clause(clause: Clause) -> Iterator[str]:
    yield f"#### {clause.id}"
    yield f"**{clause.level}**\n" + _lines(clause.sentence)
    yield python("\n\n\n".join([*surroundings(clause).helpers, clause.program]))
    if clause.choices:
        yield "Choices:\n\n" + "\n".join(f"- {each}" for each in clause.choices)
    yield from _paragraphs(clause.rationale)
    yield "Source:\n" + _lines(clause.source)
    if clause.presupposes:
        yield f"Presupposes: {', '.join(clause.presupposes)}"


def _paragraphs(text: str) -> Iterator[str]:
    """Yield paragraphs with a sentence a line; a list stays as it is."""
    for paragraph in filter(None, text.split("\n\n")):
        yield paragraph if paragraph.startswith(("- ", "    ")) else _lines(paragraph)


def _lines(paragraph: str) -> str:
    return "\n".join(sentences(paragraph))


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m bluelet_docs.markdown",
        description="Write the whole specification to the standard output, as Markdown.",
    ).parse_args()
    sys.stdout.write(document())
