"""Counterexamples: what a wrong bluelet does, clause by clause.

They are the saboteurs, `conformance/saboteurs/CHAPTER/NAME.py`: each is the reference with one
fault, says in its docstring what that is, and lists in `BREAKS` the clauses that notice it. None is
imported here.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

from bluelet_docs.known import ROOT

SABOTEURS = ROOT / "conformance" / "saboteurs"

TOO_MANY = 40
"""Who breaks more clauses than that runs nothing at all, and shows nothing of any of them."""

_FOR_TOOLS = re.compile(r"  # (type: ignore|noqa).*")


@dataclass(frozen=True)
class Fault:
    """One wrong bluelet."""

    name: str
    text: str
    """What it does wrong, in a sentence."""
    code: str
    """The fault itself: what the file has after `BREAKS`, without comments for tools."""
    breaks: dict[str, str]
    """The clauses that notice it, each with the verdict."""


def faults(clause: str) -> list[Fault]:
    """Return the wrong bluelets that a clause finds out."""
    return [each for each in _all() if clause in each.breaks]


@cache
def _all() -> tuple[Fault, ...]:
    found = []
    for path in sorted(SABOTEURS.rglob("*.py"), key=lambda path: path.name):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        [breaks] = [node for node in tree.body if _gives_breaks(node)]
        verdicts = ast.literal_eval(breaks.value)  # type: ignore[attr-defined]
        if len(verdicts) > TOO_MANY:
            continue
        first = " ".join((ast.get_docstring(tree) or "").partition("\n\n")[0].split())
        code = "\n".join(text.splitlines()[breaks.end_lineno :]).strip("\n")
        code = _FOR_TOOLS.sub("", code)
        found.append(Fault(path.stem, first, code, verdicts))
    return tuple(found)


def _gives_breaks(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "BREAKS"
