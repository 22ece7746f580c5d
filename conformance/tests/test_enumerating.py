"""Every program up to a size: that all are there, once each, and the reference does them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice, permutations, product
from pathlib import Path
from types import CodeType, FrameType, SimpleNamespace
from typing import Any

import bluelet_reference
import pytest
from bluelet_spec import Level
from bluelet_spec.model import RULES, departure, exercising, in_force, rules, transfers
from bluelet_spec.programs.drawing import RESCUER, rescued
from bluelet_spec.programs.enumerating import (
    CONNECTED_WORDS,
    COUNTS,
    EXHAUSTIVE_COUNT,
    WORDS,
    count,
    exhaustive,
    exhaustive_count,
    programs,
)
from bluelet_spec.programs.language import (
    ROOT,
    Block,
    Body,
    Call,
    Catch,
    Close,
    End,
    Finally,
    Join,
    Kill,
    Null,
    Program,
    Raise,
    ReadLine,
    Receive,
    Return,
    Send,
    SendAll,
    Sleep,
    Spawn,
    Statement,
    within,
)
from bluelet_spec.programs.running import (
    BEGINS,
    GOES_ON,
    HANGS,
    NONE,
    RETURNS,
    Observation,
    observe,
)

MUST = in_force(Level.MUST)
SHOULD = in_force(Level.MUST, Level.SHOULD)
TOLD = in_force(Level.MUST, Level.SHOULD, but=["end.runs-finally-in-root"])


def shape(program: Program) -> str:
    """Return the same for all programs that differ in names alone, or in numbers, all different."""
    others = [name for name, _ in program.bodies if name != ROOT]
    text = json.dumps({name: numberless(body) for name, body in program.as_json().items()})
    shapes = []
    for order in permutations(others):
        renamed = text
        for place, name in enumerate(order):
            renamed = renamed.replace(f'"{name}"', f'"${place}"')
        shapes.append(json.dumps(json.loads(renamed), sort_keys=True))
    return min(shapes)


def numberless(body: list[list[object]]) -> list[list[object]]:
    has_number = ("end", "return", "raise")
    return [
        [numberless(part) if isinstance(part, list) else part for part in statement]
        if statement[0] not in has_number
        else statement[:1]
        for statement in body
    ]


def any_bodies(size: int, names: tuple[str, ...]) -> Iterator[Body]:
    """Yield the bodies of a size, without a thought."""
    if not size:
        yield ()
    for used in range(1, size + 1):
        for first in any_statements(used, names):
            for rest in any_bodies(size - used, names):
                yield (first, *rest)


def any_statements(size: int, names: tuple[str, ...]) -> Iterator[Statement]:
    if size == 1:
        yield from (Null(), Block(), End(1), Return(1), Raise(1))
        yield from map(Sleep, range(3))
        for kind, name in product((Call, Spawn, Join, Kill), names):
            yield kind(name)
    for first in range(size):
        for body in any_bodies(first, names):
            for other in any_bodies(size - 1 - first, names):
                yield Catch(body, other)
                yield Finally(body, other)


def any_programs(most: int, names: tuple[str, ...]) -> Iterator[Program]:
    for sizes in product(range(most + 1), repeat=len(names)):
        if sum(sizes) <= most:
            for bodies in product(*(tuple(any_bodies(size, names)) for size in sizes)):
                yield Program(tuple(zip(names, bodies, strict=True)))


def trimmed(program: Program) -> Program | None:
    """Return a program without the coroutines that nobody names; None if something is in vain."""
    bodies = dict(program.bodies)
    started, new = {ROOT}, {ROOT}
    while new:
        new = {
            each.name
            for name in started
            for each in within(bodies[name])
            if isinstance(each, Call | Spawn)
        } - started
        started |= new
    named = {getattr(each, "name", ROOT) for name in started for each in within(bodies[name])}
    if any(body for name, body in program.bodies if name not in started):
        return None
    ticks = {each.ticks for each in program.statements() if isinstance(each, Sleep)}
    needs_a_sleep = 2 in ticks or any(isinstance(each, Block) for each in program.statements())
    if needs_a_sleep and 1 not in ticks:
        return None
    try:
        for body in bodies.values():
            ways_out(body)
    except Dead:
        return None
    return Program(tuple((name, body) for name, body in program.bodies if name in {ROOT} | named))


class Dead(Exception):
    """Python never comes to some statement, or some `try` is around nothing that yields."""


def ways_out(body: Body) -> set[str]:
    """Return the ways in which a body can be left, whatever each `yield` does."""
    ways = {"on"}
    for statement in body:
        if "on" not in ways:
            raise Dead
        ways = (ways - {"on"}) | ways_out_of(statement)
    return ways


def ways_out_of(statement: Statement) -> set[str]:
    match statement:
        case Block():
            return {"on"}
        case Return():
            return {"returns"}
        case Raise():
            return {"fails"}
        case Catch(body, handler):
            tried = ways_out(body)
            if "closed" not in tried:
                raise Dead
            return (tried - {"fails"}) | ways_out(handler)
        case Finally(body, last):
            tried = ways_out(body)
            if "closed" not in tried:
                raise Dead
            after = ways_out(last)
            return (after - {"on"}) | (tried if "on" in after else set())
    return {"on", "fails", "closed"}


@pytest.mark.parametrize(("statements", "coroutines"), [(2, 3), (3, 2)])
def test_all_programs_that_matter_are_there_and_no_others(statements: int, coroutines: int) -> None:
    names = (ROOT, "a", "b")[:coroutines]
    trims = map(trimmed, any_programs(statements, names))
    expected = {shape(each) for each in trims if each is not None}
    assert {shape(each) for each in programs(statements, coroutines)} == expected


@pytest.mark.parametrize(("statements", "coroutines"), [(2, 3), (3, 4)])
def test_no_two_are_the_same_up_to_renaming(statements: int, coroutines: int) -> None:
    shapes = [shape(each) for each in programs(statements, coroutines)]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize("statements", [1, 2])
def test_all_programs_with_connections_that_matter_are_there(statements: int) -> None:
    """Up to the names of the connections, and to the letters that are sent."""

    def plain(program: Program) -> str:
        text = json.dumps(program.as_json())
        order = list(dict.fromkeys(re.findall('"[pq]"', text)))
        for number, each in enumerate(order):
            text = text.replace(each, f'"${number}"')
        return re.sub(r'("\$\d", )"[a-z](\\n)?"', r'\1"letter\2"', text)

    names = (ROOT, "a")
    transfers = [
        *(kind("p", data) for kind in (Send, SendAll) for data in ("a\n", "a")),
        *(Receive("p", size) for size in (1, 9)), ReadLine("p"), Close("p"),
    ]  # fmt: skip
    transfers.remove(Send("p", "a"))
    both = [*transfers, *(replace(each, connection="q") for each in transfers)]
    others = [Null(), *(kind(name) for kind in (Spawn, Kill) for name in names)]
    expected = set()
    for size in range(1, statements + 1):
        for body in product((*both, *others), repeat=size):
            for cut in range(size + 1):
                bodies = {"root": body[:cut], "a": body[cut:]}
                has_a = Spawn("a") in body[:cut]
                if not any(each in both for each in body) or (cut < size and not has_a):
                    continue
                if not any(getattr(each, "name", "") == "a" for each in body):
                    del bodies["a"]
                expected.add(plain(Program.of(**bodies)))
    found = [plain(each) for each in programs(statements, 2, CONNECTED_WORDS)]
    assert set(found) == expected
    assert len(found) == len(expected)


def test_with_connections_nobody_waits_for_ever() -> None:
    for program in islice(programs(3, 2, CONNECTED_WORDS), 0, None, 50):
        rescued_program = rescued(program)
        assert rescued_program.bodies[-1][0] == RESCUER
        assert observe(bluelet_reference, rescued_program, Observation()).ending != HANGS


def test_numbers_are_all_different() -> None:
    kinds = frozenset({Call, End, Return, Raise, Finally})
    for program in programs(4, 2, kinds):
        data = json.dumps(program.as_json())
        numbers = [int(each) for each in data.replace("]", " ").split() if each.isdigit()]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_the_counts_are_true() -> None:
    assert {bounds: count(*bounds) for bounds in COUNTS} == COUNTS
    assert exhaustive_count() == EXHAUSTIVE_COUNT


def test_what_is_counted_is_what_is_yielded() -> None:
    for bounds in COUNTS:
        if bounds[0] < 4:
            assert sum(1 for _ in programs(*bounds)) == COUNTS[bounds]


def test_small_programs_come_first_and_are_no_larger_than_asked_for() -> None:
    sizes = [each.size() for each in programs(3, 2)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 0
    assert sizes[-1] == 3
    assert max(len(each.bodies) for each in programs(3, 2)) == 2


@pytest.mark.parametrize("name", ["null", "kill", "spawn"])
def test_no_program_needs_what_a_bluelet_is_without(name: str) -> None:
    without = frozenset({name})
    with_it, all_else = exhaustive(0, 20), exhaustive(0, 20, without)
    assert any(name in each.needs() for each in islice(with_it, 1000))
    assert not any(name in each.needs() for each in islice(all_else, 1000))
    assert 0 < exhaustive_count(without) < EXHAUSTIVE_COUNT


def test_no_program_has_connections_that_a_bluelet_cannot_have() -> None:
    connected = count(4, 2, CONNECTED_WORDS)
    assert exhaustive_count(frozenset({"Connection"})) == EXHAUSTIVE_COUNT - connected
    for name in ("spawn", "sleep"):  # The rescuer needs both.
        without = frozenset({name})
        assert exhaustive_count(without) == exhaustive_count(without | {"Connection"})


def test_the_parts_make_up_the_whole() -> None:
    parts = [islice(exhaustive(index, 3), 1000) for index in range(3)]
    assert list(chain.from_iterable(zip(*parts, strict=True))) == list(islice(exhaustive(), 3000))


def test_a_program_can_be_written_and_read() -> None:
    for program in programs(3, 2):
        assert Program.from_json(program.as_json()) == program


def test_all_words_are_used() -> None:
    for words in (WORDS, CONNECTED_WORDS):
        used = {type(each) for program in programs(3, 2, words) for each in program.statements()}
        assert used == words


def test_the_reference_does_what_the_model_says() -> None:
    small = programs(2, 3)
    spread = islice(exhaustive(), 0, 120_000, 400)
    connected = map(rescued, islice(programs(4, 2, CONNECTED_WORDS), 0, None, 200))
    for program in chain(small, spread, connected):
        seen = observe(bluelet_reference, program, Observation())
        found = departure(program, seen, SHOULD)
        assert found is None, f"{program.as_json()}: {found}"


def test_the_document_of_the_model_is_true() -> None:
    path = Path(exercising.__file__).parents[2] / "docs" / "model.md"
    table = exercising.document(bluelet_reference)
    assert path.read_text() == table
    for rule in [*RULES.values(), transfers.close]:
        assert f"| `{rule.__name__}` | all |" in table


class Slow(bluelet_reference.Connection):
    """A connection that takes a turn before it sends."""

    def send(self, data: Any) -> Any:
        return taking_a_turn(super().send(data))

    def sendall(self, data: Any) -> Any:
        return taking_a_turn(super().sendall(data))


def taking_a_turn(event: Any) -> Iterator[Any]:
    yield bluelet_reference.null()
    return (yield event)


SLOW = SimpleNamespace(**{**vars(bluelet_reference), "Connection": Slow})


def trace(*entries: tuple[str, int, str]) -> Observation:
    return Observation(list(entries), RETURNS)


OF_OTHERS = [
    (
        Program.of(root=[Spawn("a"), Finally((End(1),), ())], a=[]),
        trace(("root", 0, BEGINS), ("root", 1, GOES_ON), ("a", 0, BEGINS), ("root", 2, "finally")),
    ),
    (
        Program.of(root=[Call("a")], a=[Spawn("b"), Spawn("c")], b=[Kill("a")], c=[]),
        trace(
            *(("root", 0, BEGINS), ("a", 0, BEGINS), ("a", 1, GOES_ON), ("b", 0, BEGINS)),
            *(("c", 0, BEGINS), ("root", 1, NONE), ("b", 1, NONE)),
        ),
    ),
    (
        Program.of(root=[Call("a")], a=[Spawn("b"), End(1)], b=[Kill("a")]),
        trace(
            *(("root", 0, BEGINS), ("a", 0, BEGINS), ("a", 1, GOES_ON), ("b", 0, BEGINS)),
            *(("root", 1, NONE), ("b", 1, NONE)),
        ),
    ),
]
"""Runs that are allowed, and that the reference does not show."""

NOT_CLOSED = (
    Program.of(root=[Spawn("a"), Null(), Kill("a"), Spawn("a")], a=[Finally((Null(),), ())]),
    trace(
        *(("root", 0, BEGINS), ("root", 1, GOES_ON), ("a", 0, BEGINS), ("root", 2, NONE)),
        *(("root", 3, NONE), ("root", 4, GOES_ON), ("a", 1, "finally")),
    ),
)
"""A run that MUST alone allows."""


@pytest.mark.parametrize(("program", "seen"), OF_OTHERS)
def test_others_may_do_otherwise(program: Program, seen: Observation) -> None:
    assert departure(program, seen, SHOULD) is None


def test_by_must_alone_what_is_killed_may_be_closed_late() -> None:
    assert departure(*NOT_CLOSED, MUST) is None
    assert departure(*NOT_CLOSED, SHOULD) is not None


OF_WRONG_ONES = [
    (
        Program.of(root=[Spawn("a"), Sleep(2)], a=[Sleep(1), Kill("root")]),
        Observation(
            [
                ("root", 0, "begins"),
                ("root", 1, "goes on"),
                ("a", 0, "begins"),
                ("a", 1, "gets None"),
                ("root", 2, "gets None"),
            ],
            "returns",
        ),
    ),
    (
        Program.of(root=[Spawn("a"), Finally((End(1),), ())], a=[Kill("root")]),
        Observation([("root", 0, "begins"), ("root", 1, "goes on"), ("a", 0, "begins")], "returns"),
    ),
    (
        Program.of(root=[Finally((Call("a"),), ())], a=[Finally((Kill("root"),), ())]),
        Observation([("root", 0, "begins"), ("a", 0, "begins"), ("root", 1, "finally")], "returns"),
    ),
]


def test_every_line_of_the_rules_is_exercised() -> None:
    """The rare ones by programs that are in the set, and not in the sample of it."""
    lines: set[tuple[str, int]] = set()
    paths = rules.__file__, transfers.__file__

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename not in paths:
            return None
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    rare = [
        Program.of(root=[Call("a"), Call("a")], a=[End(1)]),
        Program.of(root=[Spawn("a"), Null(), Kill("a")], a=[Call("b")], b=[Null()]),
        Program.of(root=[Spawn("a"), Null(), Kill("a")], a=[Call("b")], b=[Join("root")]),
        Program.of(root=[Spawn("a"), Null(), Kill("a")], a=[Sleep(1)]),
        Program.of(root=[Catch((Call("a"),), ()), Join("a")], a=[Raise(1)]),
        Program.of(root=[Spawn("a"), Receive("q", 1)], a=[SendAll("p", "a"), Kill("root")]),
        Program.of(root=[Spawn("a"), Spawn("b"), Join("a"), Join("b")], a=[Null()], b=[]),
        Program.of(root=[Call("a"), Join("a")], a=[]),
    ]
    connected = map(rescued, islice(programs(4, 2, CONNECTED_WORDS), 0, None, 60))
    while_it_sends = [
        Program.of(root=[Spawn("a"), kind("p", "a")], a=[other])
        for kind in (Send, SendAll)
        for other in (Close("p"), Close("q"), Kill("root"), SendAll("p", "b"))
    ]
    implementations = chain(
        ((bluelet_reference, each) for each in chain(rare, exhaustive(5, 6000), connected)),
        ((SLOW, each) for each in while_it_sends),
    )
    runs = chain(
        [*OF_OTHERS, NOT_CLOSED, *OF_WRONG_ONES],
        (
            (each, observe(implementation, each, Observation()))
            for implementation, each in implementations
        ),
    )
    for program, seen in runs:
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            for demands in (MUST, SHOULD, TOLD):
                departure(program, seen, demands)
        finally:
            sys.settrace(before)
    for path in paths:
        text = Path(path).read_text()
        missed = {(path, line) for line in body_lines(compile(text, path, "exec"))} - lines
        shown = text.splitlines()
        assert [(number, shown[number - 1].strip()) for _, number in sorted(missed)] == []


def body_lines(code: CodeType) -> Iterator[int]:
    """Yield the lines of the functions of a module."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from (line for _, _, line in constant.co_lines() if line)
            yield from body_lines(constant)
