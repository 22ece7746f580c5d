"""What a run is made of at any moment: its threads, and what each of them can see next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

from bluelet_spec import Level, clauses
from bluelet_spec.model.moves import MOVES, READY, RECEIVING, SLEEPING, State
from bluelet_spec.programs.language import ReadLine, Receive, Statement
from bluelet_spec.programs.running import BEGINS

NEVER = inf
"""The number of a turn that never comes."""

Demands: TypeAlias = Callable[[str], bool]
"""Whether a clause is in force."""


def in_force(*levels: Level, but: Collection[str] = ()) -> Demands:
    """Return the setting in which the clauses of some levels are in force, but for some."""
    binding = (clause.id for clause in clauses().values() if clause.level in levels)
    return (frozenset(binding) - frozenset(but)).__contains__


def weakest(some: Iterable[str]) -> str:
    """Return the first of those clauses whose level is the weakest."""
    return max(some, key=lambda each: list(Level).index(clauses()[each].level))


@dataclass(eq=False, slots=True)
class Thread:
    """A thread: a stack of coroutines, of which the innermost acts, and its state."""

    stack: list[str]
    """The names of its coroutines, a caller before its callee."""
    state: State = READY
    sees: tuple[str, ...] | None = (BEGINS,)
    """What its `yield` may give or raise; None if anything."""
    value_clause: str = ""
    """Which clause says that."""
    duty: str = ""
    """Which clause says that it goes on."""
    turn: int = 0
    """Who has a lower number acts before it; 0 is for no place in the order."""
    joined: str = ""
    """The coroutine that it waits for."""
    deadline: tuple[int, int] = (0, 0)
    """How often the run had been blocked when it went to sleep, and its ticks."""
    since: float = NEVER
    """The number of the first turn of all since it has been ready, or surely due."""
    turns: list[int] = field(default_factory=list)
    """The numbers of its own turns."""
    asked: list[type[Statement]] = field(default_factory=list)
    """What it has yielded in them."""
    child: Thread | None = None
    """Whom it has spawned since it acted."""
    receives: Receive | ReadLine | None = None
    """What it waits for to come."""
    uses: str = ""
    """The connection that it sends or receives on, until it goes on."""
    is_ending: bool = False
    """Whether it has yielded `end`, and its clean-up is still to come."""
    frail: str = ""
    """The clause without which it may have ended without a word, if there is one."""
    is_refused: bool = False
    """Whether it has tried to schedule what was scheduled already, and is to be told."""
    disconnects: bool = False
    """Whether an error that it sees is that its peer is gone."""

    def enter(self, state: State) -> None:
        """Be in a state from now on.

        Raises:
            LookupError: `MOVES` has no such move.
        """
        if (self.state, state) not in MOVES:
            raise LookupError(f"no thread that is {self.state} can come to be {state}")
        self.state = state

    def has_to_go_on(self) -> bool:
        """Return whether it is ready, or will be."""
        if self.state is RECEIVING:
            return bool(self.sees)
        return self.state in (READY, SLEEPING)


@dataclass(frozen=True, slots=True)
class Departure(Exception):
    """Where a trace departs from all that are allowed."""

    at: int
    """The number of the first entry that none shows; that of all entries if it is the ending."""
    clause: str
    """The clause that forbids it."""
    allowed: tuple[str, ...]
    """What would have been allowed there, as far as that can be told."""
    related: tuple[str, ...] = ()
    """The clauses that what was seen has to do with: a fault against one may be the same fault."""


class Unspecified(Exception):
    """The program has come to where the specification has nothing to say."""


class Mismatch(BaseException):
    """A coroutine does something else than the trace says."""


class Misuse(Exception):
    """Stands for whatever an implementation raises where it is used wrongly."""


class Disconnect(Misuse):
    """Stands for what is raised where a peer is gone."""
