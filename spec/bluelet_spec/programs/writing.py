"""Programs as Python: the text of a program's coroutines, to be read and to be run.

There is one text for both. What is printed for people is what was run, on an implementation as in
the model, so that it cannot say anything else; and `try`, `except`, `finally` and `return` do what
they do in Python because they are Python's. Each `yield` is in the coroutine's own frame: in a
generator that a `yield from` leads to, Python closes what it would else go on with.

The text stands on a few names: `bluelet`; `the`, with a generator of each coroutine; `ends`, with
the connections; `me`, the name of the coroutine itself; `note` and `at`, to take note of what is
seen; `block`, `Oops` and `TICK`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Generator
from functools import lru_cache
from typing import Any, TypeAlias

from bluelet_spec.programs.language import (
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

PARAMETERS = "me, bluelet, the, ends, at, note, block, Oops, TICK"
"""What the function of a coroutine takes."""


@lru_cache(maxsize=4096)
def compiled(body: Body) -> Callable[..., Coroutine]:
    """Return the generator function of a body."""
    space: dict[str, Any] = {}
    exec(f"def coroutine({PARAMETERS}):\n{text(body)}", space)
    function: Callable[..., Coroutine] = space["coroutine"]
    return function


def text(body: Body) -> str:
    """Return the lines of a coroutine's function, indented."""
    lines, _ = _lines(body, 1)
    if not any(isinstance(each, _YIELDING) for each in within(body)):
        lines += ["return", "yield  # It is a generator."]
    return textwrap.indent("\n".join(['note(me, 0, "begins")', *lines]), "    ")


_YIELDING = (
    Null | Sleep | Call | Yield | Spawn | Join | Kill | End | Send | SendAll | Receive | ReadLine
)


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
