"""All generated pages, and how they come into `spec/docs/generated`.

A file is written only where it says something else than before, so that Sphinx reads again what has
changed and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bluelet_docs import chapters, citations, model, promises, tables
from bluelet_docs.book import book


def pages() -> dict[str, str]:
    """Return the text of each generated file, by its path in the directory.

    Raises:
        BrokenPromise: a promise is held by no clause.
    """
    made = {
        "summary.html": tables.summary(),
        "clauses.md": tables.index_page(),
        "matrix.md": tables.matrix_page(),
        "open.md": promises.ledger_page(),
        "promises.md": promises.page(),
        "model.md": model.page(),
        "chapters/index.md": _contents(),
    }
    made |= {f"chapters/{each.name}.md": chapters.page(each) for each in book()}
    made |= {f"source/{each}.md": citations.page(each) for each in citations.modules()}
    return made


def write(directory: Path, made: Mapping[str, str]) -> None:
    """Make a directory hold these files, and no others."""
    for path in [each for each in directory.rglob("*") if each.is_file()]:
        if str(path.relative_to(directory)) not in made:
            path.unlink()
    for name, text in made.items():
        path = directory / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def _contents() -> str:
    """Return the page that lists the chapters, as Markdown."""
    lines = [f"- [{each.name}]({each.name}.md): {each.summary}" for each in book()]
    names = "\n".join(each.name for each in book())
    return "\n\n".join(
        [
            "# Chapters",
            "Each sentence is a clause, with the smallest program that shows it. A **MUST** is "
            "what bluelet's README promises, or what every program written for it relies on. A "
            "**SHOULD** is what a port that people can trust does as well. A **MAY** is a free "
            "choice. What the README does not mention binds the implementations that have it.",
            "\n".join(lines),
            f"```{{toctree}}\n:hidden:\n\n{names}\n```\n",
        ]
    )
