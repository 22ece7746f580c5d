"""The smallest program that still shows what a program shows.

A program is made smaller step by step: a coroutine goes, with all that names it, or its body takes
the place of what starts it; a statement goes, or what it holds takes its place, or it becomes a
simpler one. Each step that still shows it is kept, and what is left is tried from there on: the
steps before it mostly still do not show it. They are tried again when all have been, until none of
all shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from bluelet_spec.programs.language import (
    ROOT,
    Body,
    Call,
    Catch,
    End,
    Finally,
    Null,
    Program,
    Raise,
    Receive,
    Repeat,
    Return,
    Send,
    SendAll,
    Sleep,
    Spawn,
    Statement,
    Yield,
    parts,
    within,
)


def shrunk(program: Program, shows: Callable[[Program], bool]) -> Program:
    """Return a program that `shows` what `program` does, and of which no simpler one does."""
    tried = {program}
    while True:
        before, passed = program, 0
        steps = simpler(program)
        while (step := next(steps, None)) is not None:
            is_new = step not in tried
            tried.add(step)
            if is_new and shows(step):
                program = step
                steps = islice(simpler(program), passed, None)
            else:
                passed += 1
        if program == before:
            return program


def simpler(program: Program) -> Iterator[Program]:
    """Yield the programs that are one step simpler, those by the greatest step first."""
    for gone, _ in reversed(program.bodies[1:]):
        kept = [(name, _without(body, gone)) for name, body in program.bodies if name != gone]
        yield Program(tuple(kept))
    for gone, held in reversed(program.bodies[1:]):
        if all(getattr(each, "name", "") != gone for each in within(held)):
            others = [(name, body) for name, body in program.bodies if name != gone]
            kept = [(name, _without(_inlined(body, gone, held), gone)) for name, body in others]
            inlined = Program(tuple(kept))
            if inlined.size() < program.size():
                yield inlined
    for position, (name, body) in enumerate(program.bodies):
        for less in _simpler_bodies(body):
            before, after = program.bodies[:position], program.bodies[position + 1 :]
            yield Program((*before, (name, less), *after))
    renamed = {
        name: new for (name, _), new in zip(program.bodies, (ROOT, *"abcdefgh"), strict=False)
    }
    if any(name != new for name, new in renamed.items()):
        yield Program(
            tuple((renamed[name], _renamed(body, renamed)) for name, body in program.bodies)
        )


def _simpler_bodies(body: Body) -> Iterator[Body]:
    for position, statement in enumerate(body):
        before, after = body[:position], body[position + 1 :]
        yield before + after
        for less in _instead(statement):
            yield before + less + after


def _instead(statement: Statement) -> Iterator[Body]:
    """Yield what may stand in the place of a statement."""
    yield from parts(statement)
    match statement:
        case Catch(body, other) | Finally(body, other):
            kind = type(statement)
            yield from ((kind(each, other),) for each in _simpler_bodies(body))
            yield from ((kind(body, each),) for each in _simpler_bodies(other))
        case Repeat(times, body):
            if times > 2:
                yield (Repeat(2, body),)
            yield from ((Repeat(times, each),) for each in _simpler_bodies(body))
        case Sleep(ticks):
            yield (Null(),)
            if ticks not in (0, 1):
                yield from ((Sleep(fewer),) for fewer in (0, 1))
        case Send(connection, data) | SendAll(connection, data):
            if data != "a":
                yield (type(statement)(connection, "a"),)
        case Receive(connection, size):
            if size != 1:
                yield (Receive(connection, 1),)
        case Yield(name):
            yield (Call(name),)
        case End(number) | Return(number) | Raise(number):
            if number != 1:
                yield (type(statement)(1),)


def _inlined(body: Body, name: str, held: Body) -> Body:
    """Return a body in which that of a coroutine takes the place of all that starts it."""
    return tuple(
        put
        for each in body
        for put in (
            held
            if isinstance(each, Call | Yield | Spawn) and each.name == name
            else (_with_parts(each, lambda part: _inlined(part, name, held)),)
        )
    )


def _without(body: Body, name: str) -> Body:
    return tuple(
        _with_parts(each, lambda part: _without(part, name))
        for each in body
        if getattr(each, "name", "") != name
    )


def _renamed(body: Body, renamed: dict[str, str]) -> Body:
    def rename(statement: Statement) -> Statement:
        changes: dict[str, Any] = {}
        if hasattr(statement, "name"):
            changes = {"name": renamed[statement.name]}
        return replace(_with_parts(statement, lambda part: _renamed(part, renamed)), **changes)

    return tuple(map(rename, body))


def _with_parts(statement: Statement, change: Callable[[Body], Body]) -> Statement:
    """Return a statement that holds what `change` makes of the bodies that it holds."""
    match statement:
        case Catch(body, other) | Finally(body, other):
            return type(statement)(change(body), change(other))
        case Repeat(times, body):
            return Repeat(times, change(body))
    return statement
