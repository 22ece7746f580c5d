"""Every program up to a size: all that a few statements can ask of a scheduler, once each.

Two programs that differ in names or numbers alone are the same, and one of them will do. So a
program is generated as it is read: first `root`, then each coroutine in the order in which a `call`
or a `spawn` that has been read names it. Whoever is named for the first time has the next name, and
each number is the next one too: where two are equal, less is seen. All can be named anywhere: who
acts, who has started it, who is over, and who is never started at all. What is never started does
nothing, so its body is empty.

What cannot matter is left out: statements after a `return` or a `raise`, `try` around nothing that
yields, and `block` where nobody sleeps for a tick. So are `log`, since everything is noted anyway;
`repeat`, which is its body written out; and `yield` of a coroutine, which is a `call` by the same
rule. Statements after an `end` stay, as it is the scheduler that does not come to them. Sleeps are
of no ticks, of one, and of two where another is of one.

Of connections there are two, the ends of one pair. What is sent is a letter, with a newline or
without; what is received is a byte, or all there is. Nobody waits for ever (`rescued`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice, starmap
from string import ascii_lowercase
from typing import NamedTuple, TypeAlias

from bluelet_spec.programs.drawing import FOR_CONNECTIONS, needing, rescued
from bluelet_spec.programs.language import (
    ROOT,
    TRANSFERS,
    VOCABULARY,
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
    within,
)

Words: TypeAlias = frozenset[type[Statement]]
"""The statements that programs are made of."""

WORDS: Words = frozenset(VOCABULARY) - {Log, Yield, Repeat} - TRANSFERS
"""All others that matter."""

FEWER_WORDS: Words = frozenset({Null, Call, Spawn, Join, Kill, Raise, Finally})
"""Those by which coroutines have to do with each other, and one way to fail."""

CONNECTED_WORDS: Words = TRANSFERS | {Null, Spawn, Kill}
"""Those by which they have to do with each other's connections."""

COUNTS = {
    (0, 1): 1, (1, 1): 11, (1, 2): 15, (2, 1): 111, (2, 2): 239, (2, 3): 263,
    (3, 1): 1_527, (3, 2): 4_919, (3, 3): 6_503, (3, 4): 6_679,
    (4, 1): 26_521, (4, 2): 118_529, (4, 3): 194_177, (4, 4): 213_729, (4, 5): 215_169,
}  # fmt: skip
"""How many programs there are, by the most statements and the most coroutines that they have."""

EXHAUSTIVE_COUNT = 1_895_844
"""How many programs `exhaustive` yields."""

_EXHAUSTIVE = ((4, 5, WORDS, 0), (5, 3, FEWER_WORDS, 5), (4, 2, CONNECTED_WORDS, 0))

_NAMES = (ROOT, *ascii_lowercase)
_NULL, _BLOCK = Null(), Block()
_SLEEPS = tuple(map(Sleep, range(3)))

_KEPT = 3
"""The most statements of bodies that are kept in memory, of which there are few."""


class _Limits(NamedTuple):
    """What programs may have."""

    coroutines: int
    words: Words


class _Read(NamedTuple):
    """What has been read of a program so far, as far as it decides how it can go on."""

    named: int = 1
    """How many coroutines have been named."""
    started: tuple[int, ...] = (0,)
    """Which of them have been called or spawned, in this order."""
    numbers: int = 0
    """How many numbers have been used."""
    sleeps: frozenset[int] = frozenset()
    """The ticks of all sleeps."""
    blocks: bool = False
    connections: int = 0
    """How many connections have been named."""

    def is_a_program(self, limits: _Limits) -> bool:
        """Return whether nothing is missing that something else needs in order to matter.

        Nor that words stand for which other programs are without.
        """
        if limits.words & TRANSFERS:
            return self.connections > 0
        return 1 in self.sleeps or not (self.blocks or 2 in self.sleeps)


def programs(
    statements: int, coroutines: int, words: Words = WORDS, fewest: int = 0
) -> Iterator[Program]:
    """Yield every program of up to so many statements and coroutines, always in the same order.

    Args:
        statements: how many there are at most, with those that hold others; these come last.
        coroutines: how many there are at most, with `root`; no more than 27.
        words: what the statements are, all of them in `WORDS` or in `CONNECTED_WORDS`; then all
            programs have connections.
        fewest: how many statements there are at least.
    """
    limits = _Limits(coroutines, words)
    for size in range(fewest, statements + 1):
        yield from _whole(_Read(), (), size, limits)


def count(statements: int, coroutines: int, words: Words = WORDS, fewest: int = 0) -> int:
    """Return how many programs `programs` yields, without making them."""
    limits = _Limits(coroutines, words)
    return sum(_count(_Read(), 0, size, limits) for size in range(fewest, statements + 1))


def exhaustive(
    index: int = 0, parts: int = 1, without: frozenset[str] = frozenset()
) -> Iterator[Program]:
    """Yield all programs that can be run in minutes, or one of so many equal parts of them.

    They are those of up to four statements, with as many coroutines as these can name, and of up to
    five statements in fewer words, with three, and of up to four with connections, with
    two. No program comes twice.

    Args:
        index: which part, from 0.
        parts: how many there are.
        without: the names that a bluelet is without; no program needs them.
    """
    sets = starmap(programs, _exhaustive(without))
    return islice(map(rescued, chain.from_iterable(sets)), index, None, parts)


def exhaustive_count(without: frozenset[str] = frozenset()) -> int:
    """Return how many programs `exhaustive` yields, without making them."""
    return sum(starmap(count, _exhaustive(without)))


def _exhaustive(without: frozenset[str]) -> Iterator[tuple[int, int, Words, int]]:
    """Yield the sets of programs that are exhaustive, as `programs` takes them."""
    for statements, coroutines, words, fewest in _EXHAUSTIVE:
        if not words & TRANSFERS or without.isdisjoint(FOR_CONNECTIONS):
            yield statements, coroutines, words - needing(without), fewest


def _whole(read: _Read, bodies: tuple[Body, ...], left: int, limits: _Limits) -> Iterator[Program]:
    """Yield the programs whose first bodies are given, and whose others have `left` statements."""
    done = len(bodies)
    if done == len(read.started):
        if not left and read.is_a_program(limits):
            by_number = dict(zip(read.started, bodies, strict=True))
            yield Program(tuple((_NAMES[i], by_number.get(i, ())) for i in range(read.named)))
        return
    for size in _sizes(done, left, limits):
        for body, after in _bodies(size, read, limits):
            yield from _whole(after, (*bodies, body), left - size, limits)


@cache
def _count(read: _Read, done: int, left: int, limits: _Limits) -> int:
    if done == len(read.started):
        return int(not left and read.is_a_program(limits))
    return sum(
        times * _count(after, done + 1, left - size, limits)
        for size in _sizes(done, left, limits)
        for after, times in _outcomes(size, read, limits).items()
    )


@cache
def _outcomes(size: int, read: _Read, limits: _Limits) -> Counter[_Read]:
    return Counter(after for _, after in _bodies(size, read, limits))


def _sizes(done: int, left: int, limits: _Limits) -> range:
    """Return how many statements the next body may have: all that is left, if it is the last."""
    return range(left if done + 1 == limits.coroutines else 0, left + 1)


def _bodies(size: int, read: _Read, limits: _Limits) -> Iterable[tuple[Body, _Read]]:
    """Return all bodies of a size that can come next, each with what has been read then."""
    return (_kept_bodies if size <= _KEPT else _made_bodies)(size, read, limits)


@cache
def _kept_bodies(size: int, read: _Read, limits: _Limits) -> Iterable[tuple[Body, _Read]]:
    return tuple(_made_bodies(size, read, limits))


def _made_bodies(size: int, read: _Read, limits: _Limits) -> Iterator[tuple[Body, _Read]]:
    if not size:
        yield (), read
    for used in range(1, size + 1):
        for first, after in _statements(used, read, limits):
            if used == size or not _leaves((first,)):
                for rest, last in _bodies(size - used, after, limits):
                    yield (first, *rest), last


@cache
def _statements(size: int, read: _Read, limits: _Limits) -> tuple[tuple[Statement, _Read], ...]:
    """Return all statements that can come next, and are so many with those that they hold."""
    if size == 1:
        return tuple(each for each in _single(read, limits) if type(each[0]) in limits.words)
    return tuple(
        (kind(body, other), last)
        for first in range(1, size)
        for body, after in _bodies(first, read, limits)
        if any(not isinstance(each, Block | Return | Raise) for each in within(body))
        for other, last in _bodies(size - 1 - first, after, limits)
        for kind in (Catch, Finally)
        if kind in limits.words
    )


def _single(read: _Read, limits: _Limits) -> Iterator[tuple[Statement, _Read]]:
    yield _NULL, read
    for which in range(min(read.named + 1, limits.coroutines)):
        name = _NAMES[which]
        named = read._replace(named=max(read.named, which + 1))
        started = named
        if which not in read.started:
            started = named._replace(started=(*read.started, which))
        yield Spawn(name), started
        yield Call(name), started
        yield Join(name), named
        yield Kill(name), named
    number = read.numbers + 1
    for kind in (End, Return, Raise):
        yield kind(number), read._replace(numbers=number)
    for sleep in _SLEEPS:
        yield sleep, read._replace(sleeps=read.sleeps | {sleep.ticks})
    yield _BLOCK, read._replace(blocks=True)
    if limits.words & TRANSFERS:
        yield from _transfers(read)


def _transfers(read: _Read) -> Iterator[tuple[Statement, _Read]]:
    number = read.numbers + 1
    letter = ascii_lowercase[number - 1]
    for which in range(min(read.connections + 1, 2)):
        end = "pq"[which]
        named = read._replace(connections=max(read.connections, which + 1))
        numbered = named._replace(numbers=number)
        yield Send(end, f"{letter}\n"), numbered
        yield SendAll(end, f"{letter}\n"), numbered
        yield SendAll(end, letter), numbered
        yield Receive(end, 1), named
        yield Receive(end, 9), named
        yield ReadLine(end), named
        yield Close(end), named


def _leaves(body: Body) -> bool:
    """Return whether Python never comes to what follows a body."""
    match body[-1:]:
        case (Return() | Raise(),):
            return True
        case (Catch(tried, handler),):
            return _leaves(tried) and _leaves(handler)
        case (Finally(tried, last),):
            return _leaves(tried) or _leaves(last)
    return False
