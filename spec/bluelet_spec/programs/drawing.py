"""Programs drawn at random: small ones, in which much is likely to meet.

Each coroutine is started by one that is drawn before it, and what ends a coroutine mostly stands
last in it, so that little of a program is never come to. In most programs all names make sense, as
far as the order of the text tells: what is joined or killed has been started, and is another. Else
most would end by the first thing that makes none. In the others any name may stand anywhere.

Now and then something is repeated so many times that whoever it keeps waiting starves.

Some programs have connections, each of which has somebody who comes in the end, sends a newline to
whoever may wait at either end, and closes both. Else most of these programs would wait for ever.

A bluelet may be without some of its names. A program for it is drawn without the statements that
need them, and has no connections where it is without what `rescued` needs.

Hypothesis could draw them as well, but by the same choices takes forty times as long for one: run
and judged, that would be a quarter as many programs. It shrinks them no further than `shrinking`
does, and in more runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from bluelet_spec.probe import TURNS
from bluelet_spec.programs.language import (
    CONNECTION,
    EVENTS,
    ROOT,
    TICKS,
    Block,
    Body,
    Call,
    Catch,
    Close,
    End,
    Finally,
    Join,
    Kill,
    Log,
    Null,
    Program,
    Raise,
    ReadLine,
    Receive,
    Repeat,
    Return,
    Send,
    SendAll,
    Sleep,
    Spawn,
    Statement,
    Yield,
)

NAMES = (ROOT, "a", "b", "c", "d")
"""What the coroutines of a drawn program are called."""

STATEMENTS = 12
"""The most statements that a drawn program has."""

MANY = TURNS + 100
"""How many times something is repeated that is to starve others."""

_DEPTH = 3

_KINDS: tuple[type[Statement], ...] = (
    *(Null,) * 3, *(Spawn,) * 2, *(Join,) * 5, *(Kill,) * 4, *(Call,) * 2, Yield, *(Sleep,) * 6,
    *(Block,) * 2, Log, End, Return, Raise, *(Catch,) * 4, *(Finally,) * 8, *(Repeat,) * 2,
)  # fmt: skip
"""Each kind of statement as often as it is to be, in proportion."""

_LAST = (*_KINDS, *(End,) * 5, *(Return,) * 3, *(Raise,) * 10)
"""The same for the last statement of a body."""

_CONNECTED_KINDS: tuple[type[Statement], ...] = (
    *(SendAll,) * 6, *(Send,) * 2, *(Receive,) * 6, *(ReadLine,) * 4, Close,
    *(Kill,) * 3, *(Null,) * 4, *(Join,) * 2, End, Return, Log, Block, *(Catch,) * 2,
    *(Finally,) * 2, Repeat, Raise,
)  # fmt: skip
"""The same in programs that have connections."""

_CONNECTED = 0.2
"""How often a program has."""

_ENDS = ("p", "p", "p", "q", "q", "q", "r", "s")
_DATA = ("a", "b\n", "cde", "fg\nh", "\ni\n")

RESCUER = "z"
"""Who comes in the end where there are connections."""

_STARTS: tuple[type[Statement], ...] = (*(Spawn,) * 5, *(Call,) * 4, Yield)
"""What a coroutine is started by."""

_AT_ONCE: tuple[type[Statement], ...] = (
    *(Null,) * 3, *(Call,) * 2, *(Spawn,) * 3, Join, Kill, Sleep,
)  # fmt: skip
"""What is repeated many times."""

FOR_CONNECTIONS = frozenset({CONNECTION, Spawn.word, Sleep.word})
"""What programs that have connections need in any case."""

_SENSIBLE, _SENSE = 0.7, 0.7
"""How often all names of a program make sense, and how often each one does in the others."""

_STARVING, _MANY = 0.04, 0.25
"""How often something is repeated so many times in a program, and how often a statement there."""

_FAILING, _RAISES = 0.25, 0.5
"""How often one coroutine raises an exception, and one that is started where it is caught."""

_CAUGHT, _WATCHED = 0.3, 0.3
"""How often a call before all else is to fail and be caught, and others first of all join it."""

_TIDY = 0.5
"""How often many a coroutine stands in a `finally` as a whole, and how often each does there."""

_ROOT = 0.2
"""How often the root is what is joined or killed."""

_FIRST, _WITHIN = 0.5, 0.6
"""How often a coroutine starts another before all else, and within another statement."""


def drawn(random: Random, most: int = STATEMENTS, without: frozenset[str] = frozenset()) -> Program:
    """Return a program of up to so many statements, for a bluelet that is without some names."""
    draws = _Drawing(random, without)
    left = 1 + max(draws.below(most), draws.below(most))
    more = min(len(NAMES) - 1, left // 2)
    names = NAMES[: 1 + (left > 1) + min(draws.below(more), draws.below(more))]
    draws.names = names
    starts: dict[str, list[str]] = {name: [] for name in names}
    for position, name in enumerate(names[1:], 1):
        starts[names[draws.below(position)]].append(name)
    if random.random() < _FAILING:
        draws.raises.add(names[-1])
    left = max(left - len(names) + 1, 0)
    bodies = []
    for position, name in enumerate(names):
        others = len(names) - position - 1
        share = left if not others else round(left * random.random() * 2 / (others + 1))
        share = min(share, left)
        left -= share
        bodies.append((name, draws.coroutine(name, share, starts[name])))
    return rescued(Program(tuple(bodies)))


def rescued(program: Program) -> Program:
    """Return a program in which nobody waits for ever to receive, beside what it does itself."""
    connections = program.connections()
    if not connections:
        return program
    (root, body), *others = program.bodies
    return Program(((root, (Spawn(RESCUER), *body)), *others, _rescuer(connections)))


@lru_cache(maxsize=4)
def _rescuer(connections: tuple[str, ...]) -> tuple[str, Body]:
    newlines = (Catch((SendAll(each, "\n"),), ()) for each in connections)
    return RESCUER, (Sleep(1), *newlines, *map(Close, connections))


def needing(names: frozenset[str]) -> frozenset[type[Statement]]:
    """Return the kinds of statements that need one of some names of bluelet's."""
    return frozenset(kind for kind in EVENTS if kind.word in names)


class _Kinds(NamedTuple):
    """The kinds that statements are drawn of."""

    instead: type[Statement]
    """What stands in the place of one that is needed and missing."""
    missing: frozenset[type[Statement]]
    any: tuple[type[Statement], ...]
    last: tuple[type[Statement], ...]
    connected: tuple[type[Statement], ...]
    starts: tuple[type[Statement], ...]
    at_once: tuple[type[Statement], ...]


@lru_cache(maxsize=64)
def _kinds(without: frozenset[str]) -> _Kinds:
    """Return all kinds but for those that need one of some names."""
    missing = needing(without)
    everything, last, connected, starts, at_once = (
        tuple(kind for kind in table if kind not in missing)
        for table in (_KINDS, _LAST, _CONNECTED_KINDS, _STARTS, _AT_ONCE)
    )
    instead = Log if Null in missing else Null
    return _Kinds(instead, missing, everything, last, connected, starts, at_once or (Yield,))


_one: Callable[..., Statement] = lru_cache(maxsize=1024)(lambda kind, *given: kind(*given))
"""Returns the statement of a kind, always the same, for it takes a while to make one."""


class _Drawing:
    """A program that is being drawn."""

    me = ROOT
    """The coroutine that is being drawn."""
    names: tuple[str, ...] = ()
    """All of them."""

    def __init__(self, random: Random, without: frozenset[str]) -> None:
        self.random = random.random
        self.kinds = _kinds(without)
        self.sense = 1.0 if self.random() < _SENSIBLE else _SENSE
        self.connects = self.random() < _CONNECTED and without.isdisjoint(FOR_CONNECTIONS)
        self.many = _MANY if self.random() < _STARVING else 0.0
        self.tidy = _TIDY if self.random() < _TIDY else 0.0
        self.started = [ROOT]
        self.raises: set[str] = set()
        """What is to raise an exception at its end."""
        self.caught: list[str] = []
        """What is called so that what it raises is caught."""
        self.to_start: list[str] = []
        """What is still to be started by the coroutine that is being drawn."""

    def below(self, number: int) -> int:
        """Return a number from 0 that is less than another."""
        return int(self.random() * number)

    def one(self, kind: type[Statement], *given: Any) -> Statement:
        """Return a statement, or one that stands in its place."""
        if kind in self.kinds.missing:
            return _one(self.kinds.instead)
        return _one(kind, *given)

    def coroutine(self, name: str, size: int, starts: list[str]) -> Body:
        """Return the body of a coroutine that starts some others and does so much more."""
        self.me, self.to_start = name, starts
        first: list[Statement] = []
        caught = [each for each in self.caught if each != name]
        if size and caught and self.random() < _WATCHED:
            first.append(self.one(Join, caught[self.below(len(caught))]))
            size -= 1
        while self.to_start and self.random() < _FIRST:
            start = self.start()
            if size > 1 and isinstance(start, Call) and self.random() < _CAUGHT:
                self.raises.add(start.name)
                self.caught.append(start.name)
                start, size = Catch((start,), ()), size - 1
            first.append(start)
        if size > 1 and self.random() < self.tidy:
            held = self.body(size - 1, _DEPTH - 1)
            rest: list[Statement] = [
                Finally(held[:-1], held[-1:]) if self.random() < 0.3 else Finally(held, ())
            ]
        else:
            rest = list(self.body(size, _DEPTH))
        while self.to_start:
            rest.insert(self.below(len(rest)), self.start())
        if name in self.raises and rest:
            rest[-1] = _one(Raise, 1 + self.below(3))
        return (*first, *rest)

    def start(self) -> Statement:
        """Return a statement that starts a coroutine."""
        name = self.to_start.pop(0)
        self.started.append(name)
        return _one(self.kinds.starts[self.below(len(self.kinds.starts))], name)

    def body(self, size: int, depth: int) -> Body:
        statements = []
        while size > 0:
            statement, used = self.statement(size, depth)
            statements.append(statement)
            size -= used
        return tuple(statements)

    def statement(self, size: int, depth: int) -> tuple[Statement, int]:
        """Return a statement, and how many it is with those that it holds."""
        if depth < _DEPTH and self.to_start and self.random() < _WITHIN:
            return self.start(), 1
        if self.random() < self.many:
            return (Repeat(MANY, (self.at_once(),)), 2) if size > 1 else (self.one(Sleep, 0), 1)
        having = self.kinds
        kinds = having.connected if self.connects else having.any if size > 1 else having.last
        kind = kinds[self.below(len(kinds))]
        if kind is Catch or kind is Finally or kind is Repeat:
            if size < 2 or not depth:
                return self.one(Sleep, 0) if self.random() < 0.5 else self.one(Null), 1
            first = 1 + self.below(size - 2)
            second = self.below(size - first)
            before = len(self.started)
            body = self.body(first, depth - 1)
            if kind is Catch:
                self.raises.update(
                    name for name in self.started[before:] if self.random() < _RAISES
                )
            if kind is Repeat:
                return Repeat(2 + self.below(2), body), 1 + first
            other = self.body(second, depth - 1)
            made = Catch(body, other) if kind is Catch else Finally(body, other)
            return made, 1 + first + second
        if kind is Sleep:
            return _one(Sleep, self.below(TICKS + 2) - 1), 1
        if kind is End or kind is Return or kind is Raise:
            return _one(kind, 1 + self.below(3)), 1
        if kind is Null or kind is Block or kind is Log:
            return _one(kind), 1
        if self.connects and (transfer := self.transfer(kind)):
            return transfer, 1
        return self.named(kind), 1

    def transfer(self, kind: type[Statement]) -> Statement | None:
        """Return a statement that does something with a connection, if it is of such a kind."""
        connection = _ENDS[self.below(len(_ENDS))]
        if kind is SendAll or kind is Send:
            return _one(kind, connection, _DATA[self.below(len(_DATA))])
        if kind is Receive:
            return _one(Receive, connection, 1 + self.below(4))
        if kind is ReadLine or kind is Close:
            return _one(kind, connection)
        return None

    def at_once(self) -> Statement:
        """Return a statement that mostly needs no wait."""
        kind = self.kinds.at_once[self.below(len(self.kinds.at_once))]
        if kind is Null:
            return _one(Null)
        if kind is Sleep:
            return _one(Sleep, 0)
        among = [name for name in self.names if name not in (ROOT, self.me)] or [ROOT]
        return _one(kind, among[self.below(len(among))])

    def named(self, kind: type[Statement]) -> Statement:
        """Return a statement of a kind that names a coroutine."""
        if self.random() > self.sense:
            return _one(kind, self.names[self.below(len(self.names))])
        if kind is not Join and kind is not Kill:
            return self.start() if self.to_start else self.one(Null)
        among = [name for name in self.started if name not in (ROOT, self.me)]
        if self.me != ROOT and (not among or self.random() < _ROOT):
            among = [ROOT]
        return _one(kind, among[self.below(len(among))]) if among else self.one(Null)
