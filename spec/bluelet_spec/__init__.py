"""The executable specification of bluelet.

`clauses` returns it whole. `bluelet_spec.chapters` holds its text, a module a chapter;
`bluelet_spec.clause` says what a clause is made of; `bluelet_spec.promises` lists what bluelet's
README promises, and which clauses hold each promise.
"""

from functools import cache
from importlib import import_module

from bluelet_spec.chapters import ORDER
from bluelet_spec.clause import Clause, Implementation, Level

SPEC_VERSION = "0.1"
"""The version of the specification: of what the clauses mean, not of the code around them."""

WITHDRAWN: dict[str, str] = {}
"""Ids of clauses that are no more, each with the reason; none is ever used again."""


@cache
def clauses() -> dict[str, Clause]:
    """Return every clause by its id, in the order of the chapters."""
    book: dict[str, Clause] = {}
    for chapter in ORDER:
        module = import_module(f"bluelet_spec.chapters.{chapter}")
        for value in vars(module).values():
            if isinstance(value, Clause):
                book[value.id] = value
    return book


__all__ = ["ORDER", "SPEC_VERSION", "WITHDRAWN", "Clause", "Implementation", "Level", "clauses"]
