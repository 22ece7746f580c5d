"""Tests of programs as data: what they are, their text, and what is seen of them."""

from __future__ import annotations

import ast
import gc
import json
import os
from collections.abc import Callable
from itertools import islice
from random import Random
from types import SimpleNamespace
from typing import Any

import bluelet_reference
import pytest
from bluelet_spec.probe import TURNS
from bluelet_spec.programs.drawing import RESCUER, STATEMENTS, drawn
from bluelet_spec.programs.language import DEPTH, VOCABULARY, BadProgram, Close, Program, within
from bluelet_spec.programs.running import Observation, connects, observe
from bluelet_spec.programs.shrinking import shrunk, simpler
from bluelet_spec.programs.writing import compiled, text


def seen(implementation: Any = bluelet_reference, /, **bodies: Any) -> Observation:
    """Return what is seen of a program that is given as in JSON."""
    return observe(implementation, Program.from_json(bodies), Observation())


# Programs as data.


def test_programs_are_the_same_after_json() -> None:
    programs = [drawn(Random(seed)) for seed in range(500)]

    assert [Program.from_json(json.loads(json.dumps(each.as_json()))) for each in programs] == (
        programs
    )


def test_drawn_programs_have_every_statement_and_are_small() -> None:
    programs = [drawn(Random(seed)) for seed in range(500)]

    assert {type(each) for program in programs for each in program.statements()} == set(VOCABULARY)
    sizes = {each.size() for each in programs if RESCUER not in dict(each.bodies)}
    assert sizes == set(range(1, STATEMENTS + 1))


def test_where_there_are_connections_somebody_comes_and_closes_them_all() -> None:
    connected = [each for each in map(drawn, map(Random, range(500))) if each.connections()]

    assert 50 < len(connected) < 150
    for program in connected:
        (*_, (last, body)) = program.bodies
        closes = [each.connection for each in body if isinstance(each, Close)]
        assert (last, tuple(closes)) == (RESCUER, program.connections())


def test_some_drawn_programs_go_on_for_longer_than_anybody_may_starve() -> None:
    long = [each for each in (drawn(Random(seed)) for seed in range(2000)) if each.length() > TURNS]

    assert 10 < len(long) < 100


def test_most_of_a_drawn_program_is_come_to() -> None:
    programs = [drawn(Random(seed)) for seed in range(300)]
    come_to = sum(
        len({(name, number) for name, number, _ in observe(bluelet_reference, each, seen).trace})
        for each in programs
        for seen in [Observation()]
    )

    assert come_to > sum(each.size() for each in programs) / 2


def test_the_length_of_a_program_counts_what_is_repeated() -> None:
    program = {"root": [["repeat", 3, [["null"], ["repeat", 2, [["null"]]]]]], "a": [["null"]]}

    assert Program.from_json(program).length() == 1 + 3 * (2 + 2) + 1


def test_the_same_seed_draws_the_same_program() -> None:
    assert drawn(Random(7)) == drawn(Random(7))


NAMES = {"null", "sleep", "call", "spawn", "join", "kill", "end", "Connection"}


def test_a_program_needs_what_its_statements_are_called_by() -> None:
    def needs(**bodies: Any) -> set[str]:
        return set(Program.from_json(bodies).needs())

    steering = [["catch", [["raise", 1]], [["log"]]], ["block"], ["yield", "a"], ["return", 1]]
    assert needs(root=steering, a=[]) == set()
    assert needs(root=[["repeat", 2, [["finally", [["null"]], [["end", 1]]]]]]) == {"null", "end"}
    assert needs(root=[["spawn", "a"], ["sendall", "p", "a"]], a=[["recv", "q", 1]]) == {
        "spawn",
        "Connection",
    }
    drawn_programs = (drawn(Random(seed)) for seed in range(200))
    assert set().union(*(each.needs() for each in drawn_programs)) == NAMES


@pytest.mark.parametrize("missing", [*({name} for name in sorted(NAMES)), {"null", "sleep"}, NAMES])
def test_programs_are_drawn_for_what_a_bluelet_has(missing: set[str]) -> None:
    without = frozenset(missing)
    programs = [drawn(Random(seed), without=without) for seed in range(200)]

    assert not any(each.needs() & without for each in programs)
    for_connections = {"spawn", "sleep", "Connection"}
    there = NAMES - without - ({"Connection"} if without & for_connections else set())
    assert set().union(*(each.needs() for each in programs)) == there
    assert sum(each.size() for each in programs) > 3 * len(programs)


def nested(word: str, depth: int) -> list[Any]:
    body: list[Any] = [["null"]]
    for _ in range(depth):
        body = [[word, 2, body]] if word == "repeat" else [[word, [], body]]
    return body


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([], "a program is an object of bodies by name, not []"),
        ({}, "the first coroutine is root, and no name is used twice"),
        ({"a": [], "root": []}, "the first coroutine is root, and no name is used twice"),
        ({"root": [], "a b": []}, "'a b' cannot be the name of a function in Python"),
        ({"root": [], "_a": []}, "'_a' cannot be the name of a function in Python"),
        ({"root": [], "import": []}, "'import' cannot be the name of a function in Python"),
        ({"root": [], 1: []}, "1 cannot be the name of a function in Python"),
        ({"root": "null"}, "a body is a list of statements, not 'null'"),
        ({"root": ["null"]}, "'null' is no statement, which begins with one of log, block, "),
        ({"root": [[]]}, "[] is no statement, "),
        ({"root": [[["null"]]]}, "[['null']] is no statement, "),
        ({"root": [["nil"]]}, "['nil'] is no statement, "),
        ({"root": [["null", 1]]}, "['null', 1] is not what 'null' takes, which is nothing"),
        ({"root": [["catch", []]]}, "['catch', []] is not what 'catch' takes, which is body, "),
        ({"root": [["sleep", "1"]]}, "'1' in ['sleep', '1'] cannot be its ticks"),
        ({"root": [["sleep", 4]]}, "4 in ['sleep', 4] cannot be its ticks"),
        ({"root": [["raise", -1]]}, "-1 in ['raise', -1] cannot be its number"),
        ({"root": [["return", True]]}, "True in ['return', True] cannot be its value"),
        ({"root": [["repeat", 0, []]]}, "0 in ['repeat', 0, []] cannot be its times"),
        ({"root": [["call", 1]]}, "1 in ['call', 1] cannot be its name"),
        ({"root": [["call", "a"]]}, "Call(name='a') names no coroutine of the program"),
        ({"root": [["recv", "p", 0]]}, "0 in ['recv', 'p', 0] cannot be its size"),
        ({"root": [["close", "x"]]}, "Close(connection='x') names no connection, which are p, q, "),
        ({"root": [["send", "p", "A"]]}, "Send(connection='p', data='A') sends no data of a to z"),
        ({"root": [["send", "p", ""]]}, "Send(connection='p', data='') sends no data of a to z"),
        ({"root": nested("repeat", DEPTH + 1)}, "statements stand in one another more than 8"),
        ({"root": nested("repeat", 5000)}, "statements stand in one another more than 8"),
    ],
)  # fmt: skip
def test_bad_json_gets_one_clear_sentence(data: Any, why: str) -> None:
    with pytest.raises(BadProgram) as caught:
        Program.from_json(data)

    assert str(caught.value).startswith(why)
    assert "\n" not in str(caught.value)


# Their text.


@pytest.mark.parametrize("word", ["catch", "finally", "repeat"])
def test_what_stands_in_one_another_as_deep_as_can_be_compiles(word: str) -> None:
    for _, body in Program.from_json({"root": nested(word, DEPTH)}).bodies:
        compiled(body)


def test_each_yield_is_in_the_frame_of_the_coroutine_itself() -> None:
    for seed in range(200):
        for _, body in drawn(Random(seed)).bodies:
            (function,) = ast.parse(f"def coroutine():\n{text(body)}").body
            nodes = list(ast.walk(function))

            assert sum(isinstance(node, ast.FunctionDef) for node in nodes) == 1
            assert not any(isinstance(node, ast.YieldFrom | ast.Lambda) for node in nodes)
            assert any(isinstance(node, ast.Yield) for node in nodes)


def test_statements_have_the_numbers_of_the_order_in_which_they_are_read() -> None:
    for seed in range(200):
        for _, body in drawn(Random(seed)).bodies:
            numbers = {
                node.args[1].value: node.args
                for node in ast.walk(ast.parse(f"def coroutine():\n{text(body)}"))
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("at", "note")
                and isinstance(node.args[1], ast.Constant)
            }
            silent = {
                number
                for number, each in enumerate(within(body), 1)
                if each.word in ("return", "raise", "repeat")
            }

            assert numbers.keys() | silent == set(range(sum(1 for _ in within(body)) + 1))


# Shrinking.


def test_what_is_shrunk_shows_it_and_no_program_that_is_one_step_simpler_does() -> None:
    runs, restarts = 0, 0
    for seed in range(200):
        program = drawn(Random(seed))
        wanted = {type(each) for each in islice(program.statements(), 0, None, 3)}
        tried: list[Program] = []

        def shows(other: Program, wanted: set[type] = wanted, tried: list[Program] = tried) -> bool:
            tried.append(other)
            return wanted <= {type(each) for each in other.statements()}

        small = shrunk(program, shows)

        runs += len(tried)
        assert len(set(tried)) == len(tried)
        assert shows(small)
        assert not any(map(shows, simpler(small)))
        restarts += from_the_start(program, shows)
    assert runs < 0.7 * restarts


def from_the_start(program: Program, shows: Callable[[Program], bool]) -> int:
    """Return how many programs are tried if each that shows it is where to begin again."""
    tried = {program}
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for step in simpler(program):
            if step not in tried:
                tried.add(step)
                if shows(step):
                    program, is_smaller = step, True
                    break
    return len(tried) - 1


# What is seen of them.


def test_what_is_seen_is_what_each_statement_came_to() -> None:
    observation = seen(
        root=[
            ["log"],
            ["spawn", "a"],
            ["catch", [["call", "b"]], [["null"]]],
            ["finally", [["block"]], [["join", "a"]]],
            ["repeat", 1, [["yield", "c"]]],
            ["raise", 3],
        ],
        a=[["sleep", 1], ["return", 1]],
        b=[["raise", 2]],
        c=[["end", 7]],
    )

    assert [each for each in observation.trace if each[0] == "root"] == [
        ("root", 0, "begins"),
        ("root", 1, "logs"),
        ("root", 2, "goes on"),
        ("root", 4, "raises 2"),
        ("root", 3, "raises 2"),
        ("root", 5, "gets None"),
        ("root", 7, "blocks"),
        ("root", 6, "finally"),
        ("root", 8, "gets None"),
        ("root", 10, "gets 7"),
    ]
    assert [each for each in observation.trace if each[0] == "a"] == [
        ("a", 0, "begins"),
        ("a", 1, "gets None"),
    ]
    assert observation.ending == "raises 3"


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ([], "returns"),
        ([["return", 1]], "returns"),
        ([["raise", 3]], "raises 3"),
        ([["join", "root"]], "raises an error"),
    ],
)
def test_how_run_ends_is_seen(body: list[Any], ending: str) -> None:
    assert seen(root=body).ending == ending


def test_a_value_that_no_program_has_given_is_something_else() -> None:
    def run(root: Any) -> None:
        next(root)
        for value in (True, "value", 5):
            root.send(value)

    observation = seen(SimpleNamespace(run=run, null=str), root=[["repeat", 4, [["null"]]]])

    assert [what for _, _, what in observation.trace[1:]] == [
        "gets something else",
        "gets something else",
        "gets 5",
    ]


def test_a_sleep_that_wakes_at_once_is_early() -> None:
    def run(root: Any) -> None:
        next(root)
        root.send(None)
        root.send(None)

    impatient = SimpleNamespace(run=run, sleep=lambda _: None)

    assert seen(impatient, root=[["sleep", 3], ["sleep", 0], ["sleep", 1]]).trace == [
        ("root", 0, "begins"),
        ("root", 1, "wakes early"),
        ("root", 2, "gets None"),
    ]


def test_coroutines_that_yield_on_are_closed_and_not_seen_any_more(
    capfd: pytest.CaptureFixture[str],
) -> None:
    roots = []

    def run(root: Any) -> None:
        roots.append(root)
        next(root)

    stubborn = [["finally", [["null"]], [["log"], ["null"], ["finally", [["null"]], [["null"]]]]]]
    observation = seen(SimpleNamespace(run=run, null=str), root=stubborn)

    assert observation.trace == [("root", 0, "begins")]
    assert observation.ending == "returns"
    assert roots.pop().gi_frame is None
    gc.collect()
    assert capfd.readouterr().err == ""


def test_what_was_seen_is_there_where_run_does_not_come_back() -> None:
    class Killed(BaseException):
        pass

    def run(root: Any) -> None:
        next(root)
        raise Killed

    observation = Observation()
    with pytest.raises(Killed):
        observe(
            SimpleNamespace(run=run, null=str), Program.from_json({"root": [["null"]]}), observation
        )

    assert observation == Observation([("root", 0, "begins")], "does not return")


# Connections.


def test_what_is_sent_and_received_is_seen() -> None:
    observation = seen(
        root=[
            ["spawn", "a"],
            ["send", "p", "ab"],
            ["sendall", "p", "c\nd"],
            ["close", "p"],
            ["catch", [["recv", "p", 1]], []],
            ["join", "a"],
        ],
        a=[["recv", "q", 1], ["readline", "q"], ["readline", "q"], ["recv", "q", 9]],
    )

    assert [each for each in observation.trace if each[0] == "root"] == [
        ("root", 0, "begins"),
        ("root", 1, "goes on"),
        ("root", 2, "gets 2"),
        ("root", 3, "gets None"),
        ("root", 4, "closes"),
        ("root", 6, "raises an error"),
        ("root", 5, "raises an error"),
        ("root", 7, "gets None"),
    ]
    assert [what for name, _, what in observation.trace if name == "a"] == [
        "begins",
        "gets b'a'",
        "gets b'bc\\n'",
        "gets b'd'",
        "gets b''",
    ]
    assert observation.ending == "returns"


def test_two_pairs_are_two_pairs() -> None:
    sends = [["sendall", "p", "a"], ["sendall", "s", "b"], ["recv", "r", 9], ["recv", "q", 9]]

    assert [what for _, _, what in seen(root=sends).trace[3:]] == ["gets b'b'", "gets b'a'"]


def test_no_socket_is_left_open() -> None:
    descriptors = set(os.listdir("/dev/fd"))
    seen(root=[["sendall", "p", "a"], ["close", "q"], ["raise", 1]])

    assert set(os.listdir("/dev/fd")) == descriptors


def test_an_implementation_that_makes_no_connections_of_sockets_is_known() -> None:
    assert connects(bluelet_reference)
    assert not connects(SimpleNamespace())
    assert not connects(SimpleNamespace(Connection=lambda sock: sock))


def test_programs_have_connections_only_where_they_can_close_them() -> None:
    assert not connects(SimpleNamespace(Connection=lambda sock, addr: object()))
