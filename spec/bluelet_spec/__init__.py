"""The executable specification of bluelet.

`clauses` returns it whole, `with_presupposed` what a clause stands on. `bluelet_spec.chapters`
holds its text, a module or a package a chapter; `bluelet_spec.clause` says what a clause is made
of; `bluelet_spec.promises` lists what bluelet's README promises, and which clauses hold each.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import chain

from bluelet_spec.chapters import ORDER
from bluelet_spec.clause import (
    METHODS,
    NAMES,
    README_METHODS,
    README_NAMES,
    UNSTEADY,
    Clause,
    Implementation,
    Level,
)

SPEC_VERSION = "0.1"
"""The version of the specification: of what the clauses mean, not of the code around them."""

WITHDRAWN: dict[str, str] = {
    "exceptions.from-root-at-once": "`exceptions.from-root` says so, whatever comes before",
    "exceptions.at-once-through-a-call": "`exceptions.through-a-call` says so",
    "readline.delimiter-of-text": "the README writes one; `readline.delim-of-text` is a choice",
    "recv.less-than-is-buffered": "`recv.up-to-size` and `readline.mixed-with-recv` say it",
    "readline.split-anywhere": "`readline.any-delimiters` says it",
    "sendall.to-a-thread-of-the-same-run": "`sendall.any-amounts` says it",
    "connect.senders-hold-up-nobody": (
        "`send.waits-for-room-by-tcp` and `sendall.holds-up-nobody-by-tcp` say it"
    ),
    "listener.accepted-senders-hold-up-nobody": (
        "`send.waits-for-room-by-tcp` and `sendall.holds-up-nobody-by-tcp` say it"
    ),
}
"""Ids of clauses that are no more, each with the reason; none is ever used again."""


@cache
def clauses() -> dict[str, Clause]:
    """Return every clause by its id, in the order of the chapters and of their sections.

    Raises:
        ValueError: two clauses have one id.
    """
    book: dict[str, Clause] = {}
    for clause in _written_in("bluelet_spec.chapters"):
        other = book.setdefault(clause.id, clause)
        if other is not clause:
            raise ValueError(f"two clauses are {clause.id}: in {other.path} and in {clause.path}")
    return book


@cache
def with_presupposed(clause: Clause) -> tuple[Clause, ...]:
    """Return all that a clause presupposes, each after what it presupposes itself; and it, last."""
    directly = map(clauses().__getitem__, clause.presupposes)
    found = dict.fromkeys(chain.from_iterable(map(with_presupposed, directly)))
    return *found, clause


def _written_in(name: str) -> Iterator[Clause]:
    """Yield the clauses of a module, and of those that its `ORDER` names."""
    module = import_module(name)
    yield from (value for value in vars(module).values() if isinstance(value, Clause))
    for part in getattr(module, "ORDER", ()):
        yield from _written_in(f"{name}.{part}")


__all__ = [
    "METHODS",
    "NAMES",
    "ORDER",
    "README_METHODS",
    "README_NAMES",
    "SPEC_VERSION",
    "UNSTEADY",
    "WITHDRAWN",
    "Clause",
    "Implementation",
    "Level",
    "clauses",
    "with_presupposed",
]
