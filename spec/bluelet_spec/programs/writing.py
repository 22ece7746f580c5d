"""Programs as Python: the text of a program's coroutines, to be read, and what runs of them.

The text that is printed for people (`text`) stands on a few names: `bluelet`; `the`, with a
generator of each coroutine; `ends`, with the connections; `me`, the name of the coroutine itself;
`note` and `at`, to take note of what is seen; `block`, `Oops` and `TICK`.

What runs, on an implementation as in the model, is a function that has the same control flow
(`compiled`): `try`, `except`, `finally` and `return` do what they do in Python because they are
Python's, and each `yield` is in the coroutine's own frame: in a generator that a `yield from` leads
to, Python closes what it would else go on with. Between them, rows of plain statements are data,
carried out one by one by `Surroundings`. So all bodies of one shape share a function, of which a
few hundred do for many thousands of programs; to compile the text of each would take longer than to
run it and to judge the run. A test holds that a printed program does what was run, whatever is
sent to its coroutines or raised in them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Generator, Iterator
from functools import lru_cache
from itertools import count
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias

from bluelet_spec.programs.language import (
    EVENTS,
    TRANSFERS,
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

Coroutine: TypeAlias = Generator[Any, Any, Any]

Shape: TypeAlias = tuple[Any, ...]
"""What Python has to know of a body: its `return`, `try` and `for`, each with the shapes in it."""

Row: TypeAlias = list[tuple[int, Statement, bool]]
"""Statements that stand in a row, each with its number, and whether it yields."""


class Surroundings(Protocol):
    """What coroutines run in."""

    def note(self, me: str, number: int, what: str | Exception, /) -> None:
        """Take note of what a coroutine has come to."""

    def do(self, me: str, number: int, statement: Statement, /) -> None:
        """Carry out a statement that yields nothing."""

    def event(self, me: str, number: int, statement: Statement, /) -> Any:
        """Return what a statement yields."""

    def gives(self, me: str, number: int, statement: Statement, value: Any, /) -> None:
        """Take note of what its `yield` gives."""

    def raises(self, me: str, number: int, error: Exception, /) -> None:
        """Take note of what its `yield` raises."""


def made(name: str, body: Body, run: Surroundings) -> Coroutine:
    """Return a coroutine that has not begun."""
    shape, data = _laid_out(body)
    return _function(shape)(name, run, data)


def compiled(body: Body) -> Callable[..., Coroutine]:
    """Return the generator function that runs a body, which others of its shape share."""
    return _function(_laid_out(body)[0])


@lru_cache(maxsize=4096)
def _laid_out(body: Body) -> tuple[Shape, list[Any]]:
    """Return the shape of a body, and what else there is to it, in the order of the shape."""
    data: list[Any] = []
    shape, _ = _shape(body, 1, data)
    return shape, data


def _shape(body: Body, number: int, data: list[Any]) -> tuple[Shape, int]:
    """Return the shape of a body whose first statement has that number, and the next number.

    The data are the rows, and what a statement of the shape takes: its own number, a value, how
    many times.
    """
    shape: list[Shape] = []
    row: Row = []
    data.append(row)
    for position, statement in enumerate(body):
        own, number = number, number + 1
        match statement:
            case Return(value):
                data.append(value)
                shape.append((Return,))
                return tuple(shape), number + len(within(body[position + 1 :]))
            case Repeat(times, held):
                again: list[Any] = []
                inner, number = _shape(held, number, again)
                if not inner and times * len(again[0]) <= _LONG:
                    row += again[0] * times
                    continue
                data += [times, *again]
                shape.append((Repeat, inner))
            case Catch(held, other) | Finally(held, other):
                data.append(own)
                inner, number = _shape(held, number, data)
                after, number = _shape(other, number, data)
                shape.append((type(statement), inner, after))
            case _:
                row.append((own, statement, type(statement) in _YIELDING))
                continue
        row = []
        data.append(row)
    return tuple(shape), number


_LONG = 10_000
"""How long a row may be that a repeated one is written out to."""


@lru_cache(maxsize=4096)
def _function(shape: Shape) -> Callable[..., Coroutine]:
    """Return the generator function of a shape."""
    lines = ['run.note(me, 0, "begins")', *_steering_lines(shape, count())]
    code = "\n".join(["def coroutine(me, run, data):", *_indented(lines)])
    space: dict[str, Any] = {"Row": _Row}
    exec(code, space)
    function: Callable[..., Coroutine] = space["coroutine"]
    return function


class _Row:
    """Statements that stand in a row, carried out one by one: their events, for the `yield`s."""

    __slots__ = ("me", "run", "stands", "statements", "value")

    def __init__(self, run: Surroundings, me: str, statements: Row) -> None:
        self.run, self.me, self.statements = run, me, statements
        self.stands = 0
        """The number of the statement that yields, if one does."""
        self.value: Any = None

    def __enter__(self) -> Self:
        return self

    def __iter__(self) -> Iterator[Any]:
        run, me = self.run, self.me
        for number, statement, yields in self.statements:
            if yields:
                self.stands = number
                yield run.event(me, number, statement)
                run.gives(me, number, statement, self.value)
            else:
                self.stands = 0
                run.do(me, number, statement)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.stands and isinstance(error, Exception):
            self.run.raises(self.me, self.stands, error)


_ROW = """\
with Row(run, me, data[{}]) as row:
    for event in row:
        row.value = yield event"""


def _steering_lines(shape: Shape, place: Iterator[int]) -> list[str]:
    """Return the lines of a shape whose first row has the next place in the data."""
    lines = _ROW.format(next(place)).splitlines()
    for kind, *held in shape:
        own = f"data[{next(place)}]"
        if kind is Return:
            return [*lines, f"return {own}"]
        inner, *other = (_indented(_steering_lines(each, place)) for each in held)
        if kind is Repeat:
            lines += [f"for _ in range({own}):", *inner]
        else:
            opens, what = _OTHERWISE[kind]
            lines += ["try:", *inner, opens, f"    run.note(me, {own}, {what})", *other[0]]
        lines += _ROW.format(next(place)).splitlines()
    return lines


_OTHERWISE = {
    Catch: ("except Exception as error:", "error"),
    Finally: ("finally:", '"finally"'),
}


def text(body: Body) -> str:
    """Return the lines of a coroutine's function, indented."""
    lines, _ = _lines(body, 1)
    if not any(type(each) in _YIELDING for each in within(body)):
        lines += ["return", "yield  # It is a generator."]
    return textwrap.indent("\n".join(['note(me, 0, "begins")', *lines]), "    ")


_YIELDING = EVENTS | TRANSFERS - {Close} | {Yield}


def _lines(body: Body, number: int) -> tuple[list[str], int]:
    """Return the lines of a body whose first statement has that number, and the next number."""
    lines: list[str] = []
    for statement in body:
        own, number = number, number + 1
        match statement:
            case Log():
                lines.append(f'note(me, {own}, "logs")')
            case Block():
                lines += ["block()", f'note(me, {own}, "blocks")']
            case Close(connection):
                lines += [f"ends.{connection}.close()", f'note(me, {own}, "closes")']
            case Return(value):
                lines.append(f"return {value}")
            case Raise(value):
                lines.append(f"raise Oops({value})")
            case Repeat(times, held):
                inner, number = _lines(held, number)
                lines += [f"for _ in range({times}):", *_indented(inner)]
            case Catch(held, handler):
                inner, number = _lines(held, number)
                other, number = _lines(handler, number)
                lines += ["try:", *_indented(inner), "except Exception as error:"]
                lines += _indented([f"note(me, {own}, error)", *other])
            case Finally(held, last):
                inner, number = _lines(held, number)
                other, number = _lines(last, number)
                lines += ["try:", *_indented(inner), "finally:"]
                lines += _indented([f'note(me, {own}, "finally")', *other])
            case Sleep(ticks):
                lines += [
                    f"with at(me, {own}, {ticks} * TICK) as it:",
                    f"    it.value = yield bluelet.sleep({ticks} * TICK)",
                ]
            case _:
                takes = "" if isinstance(statement, Spawn | End) else "it.value = "
                opens = f"with at(me, {own}) as it:" if takes else f"with at(me, {own}):"
                lines += [opens, f"    {takes}yield {_event(statement)}"]
    return lines, number


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines] or ["    pass"]


def _event(statement: Statement) -> str:
    match statement:
        case Null():
            return "bluelet.null()"
        case End(value):
            return f"bluelet.end({value})"
        case Yield(name):
            return f"the.{name}"
        case Call(name) | Spawn(name) | Join(name) | Kill(name):
            return f"bluelet.{statement.word}(the.{name})"
        case Send(connection, data) | SendAll(connection, data):
            return f"ends.{connection}.{statement.word}({data.encode()!r})"
        case Receive(connection, size):
            return f"ends.{connection}.recv({size})"
        case ReadLine(connection):
            return f"ends.{connection}.readline()"
    raise AssertionError(statement)
