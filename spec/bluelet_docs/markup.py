"""The few things that pages are made of beside Markdown: links, badges, blocks that open.

Pages are Markdown, in which HTML stands where Markdown has no word for it. What comes from a report
or a sentence is escaped here and nowhere else.
"""

from __future__ import annotations

import re
from html import escape

from bluelet_spec import Clause, clauses

ID = re.compile(r"\b[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*")
"""What may be a clause's id."""

CHAPTERS = "generated/chapters"
"""Where the pages of chapters are, from the root of the site."""


def ids_in(text: str) -> list[str]:
    """Return the clauses that a text names, each once, in its order."""
    return list(dict.fromkeys(each for each in ID.findall(text) if each in clauses()))


def linked(clause: str) -> str:
    """Return a link to a clause, as Markdown."""
    return f"{{clause}}`{clause}`"


def listed(ids: list[str] | tuple[str, ...]) -> str:
    """Return links to clauses, as Markdown."""
    return ", ".join(linked(each) for each in ids)


def address(clause: str, to_root: str) -> str:
    """Return the address of a clause, from a page from which the root is `to_root`."""
    return f"{to_root}{CHAPTERS}/{clause.partition('.')[0]}.html#{clause}"


def anchor(clause: str, to_root: str, text: str = "") -> str:
    """Return a link to a clause, as HTML."""
    title = escape(clauses()[clause].sentence)
    href = address(clause, to_root)
    return f'<a href="{href}" title="{title}">{breaking(text or clause)}</a>'


def breaking(clause: str) -> str:
    """Return an id or the like as HTML that can be broken into lines after dots and hyphens."""
    return re.sub(r"([.-])", r"\1<wbr>", escape(clause))


def prose(text: str) -> str:
    """Return a sentence as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def badge(clause: Clause) -> str:
    """Return a clause's level, as HTML."""
    return f'<span class="level {clause.level.lower()}">{clause.level}</span>'


def verdict(name: str) -> str:
    """Return a verdict, as HTML."""
    return f'<span class="verdict {name.replace(" ", "-")}">{escape(name)}</span>'


def python(program: str) -> str:
    """Return a program, as Markdown."""
    return f"```python\n{program}\n```"


def opening(summary: str, *parts: str) -> str:
    """Return Markdown that is folded up behind a line of HTML."""
    return "\n\n".join([f"<details><summary>{summary}</summary>", *parts, "</details>"])


def pre(text: str, label: str) -> str:
    """Return what was seen, as HTML that can be scrolled by keyboard where it is too wide."""
    # An empty line would end the block of HTML, as far as Markdown is concerned.
    lines = escape(text, quote=False).replace("\n", "&#10;")
    return f'<pre tabindex="0" role="group" aria-label="{escape(label)}">{lines}</pre>'


def table(caption: str, head: list[str], rows: list[str], kind: str) -> str:
    """Return a table as HTML, which scrolls by itself where it is too wide.

    Args:
        caption: what it is, as HTML.
        head: the titles of its columns, as HTML.
        rows: `<tr>` elements.
        kind: its class.
    """
    titles = "".join(f'<th scope="col">{each}</th>' for each in head)
    return "\n".join(
        [
            f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">',
            f'<table class="{kind}"><caption>{caption}</caption>',
            f"<thead><tr>{titles}</tr></thead>",
            "<tbody>",
            *rows,
            "</tbody></table></div>",
        ]
    )
