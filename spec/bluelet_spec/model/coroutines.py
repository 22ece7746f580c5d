"""The coroutines of the model: those that an implementation runs, with something else around them.

Their events are the statements themselves, for the rules to carry out. What they take note of has
to be what the trace says.
"""

from __future__ import annotations

from functools import lru_cache

from bluelet_spec.programs.language import (
    TRANSFERS,
    Body,
    Finally,
    Program,
    Statement,
    parts,
    within,
)
from bluelet_spec.programs.running import Acting
from bluelet_spec.programs.writing import made


class Coroutines(Acting):
    """The coroutines of a program, none of which has begun, and where each of them stands."""

    def __init__(self, program: Program) -> None:
        self.coroutines = {name: made(name, body, self) for name, body in program.bodies}
        self.number = dict.fromkeys(self.coroutines, 0)
        """The statement at which each coroutine stands."""
        self.outcome = ""
        """What the `yield` of the coroutine that acts gives or raises."""

    def use_connection(self, name: str) -> None:
        """Take note that a coroutine is about to send or to receive."""
        raise NotImplementedError

    def block(self) -> None:
        """Take no time: that all sleeps are overdue now follows from what is noted."""

    def event(self, me: str, number: int, statement: Statement) -> Statement:
        """Return a statement as its own event."""
        self.number[me] = number
        if type(statement) in TRANSFERS:
            self.use_connection(statement.connection)  # type: ignore[attr-defined]
        return statement

    def gives(self, me: str, number: int, statement: Statement, value: None) -> None:
        """Take note of what the trace says that a `yield` gives."""
        self.note(me, number, self.outcome)

    def raises(self, me: str, number: int, error: Exception) -> None:
        """Take note of what the trace says that a `yield` raises."""
        self.note(me, number, self.outcome)


@lru_cache(maxsize=4096)
def with_clean_up(body: Body) -> frozenset[int]:
    """Return the numbers of the statements that are tried, with a `finally` to come."""
    numbers: set[int] = set()
    number = 1
    for statement in body:
        inner = number + 1
        for part in parts(statement):
            size = len(within(part))
            if isinstance(statement, Finally) and part is statement.body:
                numbers.update(range(inner, inner + size))
            numbers.update(inner - 1 + each for each in with_clean_up(part))
            inner += size
        number = inner
    return frozenset(numbers)
