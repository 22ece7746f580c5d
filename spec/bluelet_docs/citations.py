"""Where the reference obeys a clause: the lines of it that name one, in a comment or docstring.

A clause that no line names has none. Each module of the reference is a page with an anchor on every
line, so that a link can go to the line.
"""

from __future__ import annotations

import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bluelet_docs.known import ROOT
from bluelet_docs.markup import ids_in

REFERENCE = ROOT / "reference" / "bluelet_reference"


@dataclass(frozen=True)
class Line:
    """A line of the reference."""

    module: str
    number: int

    def link(self, to_root: str) -> str:
        """Return a link to it, as HTML."""
        href = f"{to_root}generated/source/{self.module}.html#L-{self.number}"
        return f'<a href="{href}"><code>{self.module}.py</code>, line {self.number}</a>'


def modules() -> list[str]:
    """Return the names of the reference's modules, without `__init__`."""
    return sorted(path.stem for path in REFERENCE.glob("*.py") if path.stem != "__init__")


def path_of(module: str) -> Path:
    """Return the file of a module."""
    return REFERENCE / f"{module}.py"


@cache
def citations() -> dict[str, list[Line]]:
    """Return the lines that name each clause, by clause."""
    found: dict[str, list[Line]] = {}
    for module in modules():
        with path_of(module).open(encoding="utf-8") as file:
            tokens = list(tokenize.generate_tokens(file.readline))
        for token in tokens:
            if token.type not in (tokenize.COMMENT, tokenize.STRING):
                continue
            for offset, line in enumerate(token.string.splitlines()):
                for clause in ids_in(line):
                    found.setdefault(clause, []).append(Line(module, token.start[0] + offset))
    return found


def page(module: str) -> str:
    """Return the page of a module, as Markdown."""
    relative = path_of(module).relative_to(ROOT)
    return "\n\n".join(
        [
            "---\norphan: true\n---",
            f"# `{module}.py`",
            f"The reference implementation: `{relative}`, as it stands.",
            f"```{{source-of-module}} {relative}\n```",
            "",
        ]
    )
