"""Programs drawn at random: small ones, in which much is likely to meet.

A name is drawn so that it mostly makes sense: what is started was not yet, what is joined or killed
was. Else most programs would end by the first thing that makes none. The rest makes none at all.

Hypothesis could draw them as well, but by the same choices takes forty times as long for one: run
and judged, that would be a quarter as many programs. It shrinks them no further than `shrinking`
does, and in more runs.
"""

from __future__ import annotations

from random import Random

from bluelet_spec.programs.language import (
    ROOT,
    TICKS,
    Block,
    Body,
    Call,
    Catch,
    End,
    Finally,
    Join,
    Kill,
    Log,
    Null,
    Program,
    Raise,
    Repeat,
    Return,
    Sleep,
    Spawn,
    Statement,
    Yield,
)

NAMES = (ROOT, "a", "b", "c", "d")
"""What the coroutines of a drawn program are called."""

STATEMENTS = 12
"""The most statements that a drawn program has."""

_DEPTH = 3

_KINDS: tuple[type[Statement], ...] = (
    *(Null,) * 6, *(Spawn,) * 6, *(Join,) * 4, *(Kill,) * 4, *(Call,) * 4, Yield, *(Sleep,) * 3,
    *(Block,) * 2, Log, *(End,) * 2, Return, *(Raise,) * 2, *(Catch,) * 2, *(Finally,) * 3, Repeat,
)  # fmt: skip
"""Each kind of statement as often as it is to be, in proportion."""


_SENSE = 0.8
"""How often a name makes sense, as far as the order of the text tells."""


def drawn(random: Random, most: int = STATEMENTS) -> Program:
    """Return a program of up to so many statements."""
    names = NAMES[: 2 + int(random.random() * (len(NAMES) - 1))]
    left = 1 + int(random.random() * most)
    started = [ROOT]
    bodies = []
    for position, name in enumerate(names):
        others = len(names) - position - 1
        share = left if not others else round(left * random.random() * 2 / (others + 1))
        share = min(share, left)
        left -= share
        bodies.append((name, _body(random, names, started, share, _DEPTH)))
    return Program(tuple(bodies))


def _body(
    random: Random, names: tuple[str, ...], started: list[str], size: int, depth: int
) -> Body:
    statements = []
    while size > 0:
        statement, used = _statement(random, names, started, size, depth)
        statements.append(statement)
        size -= used
    return tuple(statements)


def _statement(
    random: Random, names: tuple[str, ...], started: list[str], size: int, depth: int
) -> tuple[Statement, int]:
    """Return a statement, and how many it is with those that it holds."""
    kind = _KINDS[int(random.random() * len(_KINDS))]
    if kind is Catch or kind is Finally or kind is Repeat:
        if size < 3 or not depth:
            return Null(), 1
        first = 1 + int(random.random() * (size - 2))
        second = int(random.random() * (size - first))
        body = _body(random, names, started, first, depth - 1)
        if kind is Repeat:
            return Repeat(2 + int(random.random() * 2), body), 1 + first
        other = _body(random, names, started, second, depth - 1)
        made = Catch(body, other) if kind is Catch else Finally(body, other)
        return made, 1 + first + second
    if kind is Sleep:
        return Sleep(int(random.random() * (TICKS + 2)) - 1), 1
    if kind is End or kind is Return or kind is Raise:
        number = 1 + int(random.random() * 3)
        return (
            End(number) if kind is End else Return(number) if kind is Return else Raise(number)
        ), 1
    if kind is Null or kind is Block or kind is Log:
        return kind(), 1
    starts = kind is Spawn or kind is Call or kind is Yield
    among = [name for name in names if name not in started] if starts else started
    if not among or random.random() > _SENSE:
        among = list(names)
    name = among[int(random.random() * len(among))]
    if starts:
        started.append(name)
    return kind(name), 1  # type: ignore[call-arg]
