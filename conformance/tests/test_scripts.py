"""Tests of programs printed as scripts: they stand on their own, and see what was seen."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from random import Random
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

import bluelet_reference
import pytest
from bluelet_spec import clauses
from bluelet_spec.clause import Level
from bluelet_spec.model import Departure, departure, in_force
from bluelet_spec.programs import running
from bluelet_spec.programs.allowing import allowed_after
from bluelet_spec.programs.drawing import drawn
from bluelet_spec.programs.language import Program, Sleep
from bluelet_spec.programs.running import Observation, observe
from bluelet_spec.programs.scripts import lines, script
from bluelet_spec.programs.writing import text
from support import run

REFERENCE = Path(bluelet_reference.__file__).parents[1]

CLEANS_UP = Program.from_json({"root": [["call", "a"]], "a": [["finally", [["end", 1]], []]]})
"""On bluelet 0.2.0, what is to be done on the way out of an `end` is not."""

NAPS = Program.from_json({"root": [["spawn", "a"], ["sleep", 0]], "a": [["sleep", 0]]})


must = in_force(Level.MUST)


def written(program: Program, seen: Observation, **more: Any) -> str:
    """Return the script of a program, with what the model says of what was seen."""
    departs = departure(program, seen, must)
    found: dict[str, Any] = {"implementation": "bluelet_reference", "departure": departs}
    if departs is not None:
        found["allowed"] = allowed_after(program, seen.trace[: departs.at], must)
    return script(program, seen=seen, **{**found, **more})


def started(path: Path, *arguments: str | Path) -> CompletedProcess[str]:
    """Run a script by Python alone, with the reference in reach and nothing of the suite."""
    return run(sys.executable, "-S", path, *arguments, cwd=path.parent, PYTHONPATH=str(REFERENCE))


def on_reference(program: Program) -> Observation:
    return observe(bluelet_reference, program, Observation())


def words(shown: str) -> str:
    return " ".join(shown.split())


def read(seen: list[str]) -> Observation:
    """Return what a script has seen as the model takes it."""
    entries = (line.split(" ", 2) for line in seen[:-1])
    trace = [(name, int(number), outcome) for name, number, outcome in entries]
    return Observation(trace, seen[-1].removeprefix("run "))


def executed(code: str, implementation: Any) -> tuple[list[str], Any]:
    """Run a script's program in this process; return what it sees, and what reports that."""
    space: dict[str, Any] = {"__name__": "finding"}
    exec(compile(code, "finding.py", "exec"), space)
    space["bluelet"] = implementation
    seen = space["run"]()
    for connection in vars(space["ends"]).values():
        connection.close()
    for coroutine in vars(space["the"]).values():
        for _ in range(5):
            try:
                coroutine.close()
            except Exception:
                continue
    return seen, space["report"]


def test_scripts_see_what_is_seen_of_the_same_program(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in range(300):
        program = drawn(Random(seed))
        observation = on_reference(program)
        code = written(program, observation, departure=None)

        seen, report = executed(code, bluelet_reference)

        if not any(isinstance(each, Sleep) for each in program.statements()):
            assert seen == lines(observation), code
            assert report(seen) == 0
        else:  # The clock has its say, too.
            assert departure(program, read(seen), must) is None
    assert "It does what is expected." in capsys.readouterr().out


def test_scripts_have_the_text_of_the_program() -> None:
    for seed in range(50):
        program = drawn(Random(seed))
        code = written(program, on_reference(program), departure=None)

        for name, body in program.bodies:
            assert f'\ndef {name}(me="{name}"):\n{text(body)}\n' in code


def test_a_script_makes_the_connections_that_its_program_has(tmp_path: Path) -> None:
    program = Program.from_json(
        {
            "root": [["spawn", "a"], ["readline", "q"], ["recv", "q", 9]],
            "a": [["send", "p", "a\nb"]],
        }
    )
    entries = ("root", 0, "begins"), ("root", 1, "goes on"), ("a", 0, "begins"), ("a", 1, "gets 3")
    path = tmp_path / "finding.py"
    path.write_text(forged(program, *entries, ("root", 2, "gets b'a'")))

    ended = started(path)

    assert ended.returncode == 0, ended.stderr
    assert r"root 2 gets b'a\n' root 2 gets b'a\n'" in words(ended.stdout)


def test_a_script_takes_the_hook_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "hooking.py").write_text(
        "import bluelet_reference\n"
        "def make(sock, addr):\n"
        "    print('hooked', addr)\n"
        "    return bluelet_reference.Connection(sock, addr)\n"
    )
    program = Program.from_json({"root": [["sendall", "r", "a"]]})
    path = tmp_path / "finding.py"
    path.write_text(written(program, on_reference(program), hook="hooking:make"))

    ended = started(path)

    assert ended.returncode == 0, ended.stderr
    assert "hooked r\nhooked s\n" in ended.stdout


def test_coroutines_can_have_the_names_of_what_a_script_needs() -> None:
    program = Program.from_json(
        {"root": [["call", "note"], ["call", "print"], ["call", "run"]]}
        | {name: [["null"]] for name in ("note", "print", "run", "the", "at", "bluelet", "sys")}
    )
    observation = on_reference(program)

    seen, _ = executed(written(program, observation), bluelet_reference)

    assert seen == lines(observation)


class Driver:
    """A bluelet that does as it likes with the coroutines, and remembers what they yield."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.yielded: list[Any] = []
        self.known: list[Any] = []

    def __getattr__(self, word: str) -> Any:
        if self.random.random() < 0.05:
            raise AttributeError(word)
        return lambda *given: self.event(word, *given)

    def event(self, word: str, *given: Any) -> Any:
        if self.random.random() < 0.05:
            raise ValueError(word)
        return (word, *map(self.shown, given))

    def shown(self, given: Any) -> Any:
        if not isinstance(given, Generator):
            return given
        if given not in self.known:
            self.known.append(given)
        return f"coroutine {self.known.index(given)}"

    def Connection(self, sock: Any, name: str) -> Any:
        words = ("send", "sendall", "recv", "readline", "close")
        return SimpleNamespace(
            **{word: partial(self.event, f"{name}.{word}") for word in words[:-1]},
            close=lambda: self.yielded.append(f"{name} closes"),
        )

    def run(self, root: Any) -> None:
        """Send values to the coroutines and raise errors in them, whoever is known."""
        self.known.append(root)
        for _ in range(40):
            coroutine = self.random.choice(self.known)
            error = self.random.choice([ValueError(), GeneratorExit(), KeyError(), StopIteration()])
            try:
                if self.random.random() < 0.75:
                    event = coroutine.send(self.random.choice([None, None, 5, b"a", "a"]))
                else:
                    event = coroutine.throw(error)
                self.yielded.append(self.shown(event))
            except (Exception, GeneratorExit) as raised:
                self.yielded.append((type(raised).__name__, str(raised)))
        self.seen = tuple(self.yielded)


STEERING = Program.from_json(
    {
        "root": [
            ["repeat", 2, [["catch", [["null"]], [["log"]]]]],
            ["finally", [["return", 1], ["null"]], [["null"], ["log"]]],
        ]
    }
)


def test_what_is_printed_does_what_was_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is sent to the coroutines, and raised in them."""
    monkeypatch.setattr(running, "monotonic", lambda: 0.0)
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    for seed in range(500):
        program = drawn(Random(seed)) if seed % 10 else STEERING
        ran, printed = Driver(seed), Driver(seed)

        seen = observe(ran, program, Observation())
        script_seen, _ = executed(written(program, Observation(), departure=None), printed)

        assert script_seen == lines(seen)
        assert printed.seen == ran.seen


def forged(program: Program, *trace: tuple[str, int, str], ending: str = "returns") -> str:
    """Return the script of a run that was not, and departs."""
    observation = Observation(list(trace), ending)
    assert departure(program, observation, must) is not None
    return written(program, observation)


JOINS = Program.from_json({"root": [["spawn", "a"], ["join", "a"]], "a": [["null"]]})
EARLY = (
    ("root", 0, "begins"),
    ("root", 1, "goes on"),
    ("root", 2, "gets None"),
)


def test_a_script_tells_what_departs_from_what_is_allowed_and_from_another_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = forged(JOINS, *EARLY)
    _, report = executed(code, bluelet_reference)
    begun = ["root 0 begins", "root 1 goes on"]

    assert report([*begun, "root 2 gets None", "run returns"]) == 1
    assert "> 3 a 0 begins root 2 gets None 4 run returns" in words(capsys.readouterr().out)
    assert report([*begun, "run returns"]) == 1
    assert report([*begun, "run does not return"]) == 1
    assert report([*begun, "a 0 begins", "run returns"]) == 0
    assert "It does what is allowed at entry 3." in capsys.readouterr().out
    assert report(["root 0 begins", "a 0 begins", "run returns"]) == 2
    assert "? 2 root 1 goes on a 0 begins 3 run returns" in words(capsys.readouterr().out)


def test_what_is_allowed_at_the_end_is_an_ending(capsys: pytest.CaptureFixture[str]) -> None:
    program = Program.from_json({"root": [["raise", 3]]})
    _, report = executed(forged(program, ("root", 0, "begins")), bluelet_reference)

    assert report(["root 0 begins", "run returns"]) == 1
    assert report(["root 0 begins", "run raises 3"]) == 0
    assert "run raises 3" in capsys.readouterr().out


def test_scripts_cite_the_clauses(tmp_path: Path) -> None:
    code = forged(JOINS, *EARLY)
    path = tmp_path / "finding.py"
    path.write_text(code, encoding="utf-8")

    ended = started(path)

    assert f"join.waits (MUST): {clauses()['join.waits'].sentence}" in words(ended.stdout)
    assert f"join.waits (MUST): {clauses()['join.waits'].sentence}" in words(code)


def test_a_script_runs_with_python_alone(tmp_path: Path) -> None:
    path = tmp_path / "finding.py"
    path.write_text(forged(JOINS, *EARLY), encoding="utf-8")

    ended = started(path)

    assert ended.returncode == 0
    assert "It does what is allowed at entry 3." in ended.stdout
    assert ended.stderr == ""


PORT = """\
from bluelet_reference import *
import bluelet_reference

def run(root):
    {}
"""


@pytest.mark.parametrize(
    ("does", "status", "shows"),
    [
        ("bluelet_reference.run(root)", 0, "a 1 gets None"),
        ("bluelet_reference.run(root); raise SystemExit(0)", 0, "run crashes"),
        ("pass", 2, "run returns"),
        ("next(root); next(root); next(root, None)", 1, "root 2 gets None"),
    ],
)
def test_another_bluelet_can_be_named(tmp_path: Path, does: str, status: int, shows: str) -> None:
    (tmp_path / "port.py").write_text(PORT.format(does), encoding="utf-8")
    path = tmp_path / "finding.py"
    path.write_text(forged(JOINS, *EARLY), encoding="utf-8")

    for name in ("port.py", "port", tmp_path / "port.py"):
        ended = started(path, name)

        assert ended.returncode == status, ended.stdout
        assert shows in ended.stdout
        assert ended.stderr == ""


def test_a_run_that_hangs_and_catches_all_is_told_and_ended(tmp_path: Path) -> None:
    hangs = """\
next(root); next(root)
    while True:
        try:
            while True: pass
        except BaseException: pass"""
    (tmp_path / "port.py").write_text(PORT.format(hangs), encoding="utf-8")
    path = tmp_path / "finding.py"
    code = forged(JOINS, *EARLY)
    assert "\nLIMIT = 5 " in code
    path.write_text(code.replace("\nLIMIT = 5 ", "\nLIMIT = 0.5 "), encoding="utf-8")

    ended = started(path, "port.py")

    assert ended.returncode == 1
    assert "> 3 a 0 begins run does not return" in words(ended.stdout)
    assert "It was given 0.5 seconds." in ended.stdout


@pytest.mark.parametrize("arguments", [["nowhere"], ["nowhere.py"], ["json:nothing"], ["a", "b"]])
def test_what_is_no_bluelet_is_told_in_a_sentence(tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "finding.py"
    path.write_text(forged(JOINS, *EARLY), encoding="utf-8")

    ended = started(path, *arguments)

    assert ended.returncode == 4
    assert "Traceback" not in ended.stdout + ended.stderr
    assert started(path, "--help").returncode == 0


def test_what_comes_before_another_is_not_allowed_where_the_other_is_only_late() -> None:
    entries = ["root 0 begins", "root 1 goes on", "a 0 begins", "a 1 gets None", "root 2 gets None"]
    seen = read([*entries, "run returns"])
    should = in_force(Level.MUST, Level.SHOULD)
    found = departure(NAPS, seen, should)
    assert found is not None
    assert (found.clause, found.at) == ("sleep.same-duration", 3)

    before, rest = seen.trace[: found.at], seen.trace[found.at :]
    assert list(allowed_after(NAPS, before, should, rest)) == ["root 2 gets None"]


def test_what_is_quoted_cannot_end_the_quotation() -> None:
    observation = on_reference(JOINS)

    executed(written(JOINS, observation, title='"""\\N{', implementation='\'"""\\'), None)


def test_a_long_run_is_shown_around_the_point(capsys: pytest.CaptureFixture[str]) -> None:
    program = Program.from_json({"root": [["repeat", 500, [["null"]]], ["return", 1]]})
    trace = [("root", 0, "begins"), *[("root", 2, "gets None")] * 300]
    _, report = executed(forged(program, *trace), bluelet_reference)

    assert report([" ".join(map(str, each)) for each in trace] + ["run returns"]) == 1
    shown = capsys.readouterr().out
    assert "the first 281 are as expected" in shown
    assert shown.count("\n") < 30


def test_the_script_of_a_bluelet_that_departs(tmp_path: Path) -> None:
    bluelet = pytest.importorskip("bluelet")
    observation = observe(bluelet, CLEANS_UP, Observation())
    found = departure(CLEANS_UP, observation, must)
    assert isinstance(found, Departure)
    path = tmp_path / "finding.py"
    path.write_text(
        written(CLEANS_UP, observation, implementation=bluelet.__file__), encoding="utf-8"
    )

    departs, agrees = started(path), started(path, "bluelet_reference")

    assert (departs.returncode, agrees.returncode) == (1, 0), departs.stdout + agrees.stdout
    assert "no conforming bluelet shows that there" in departs.stdout
    assert found.clause in departs.stdout
    for line in lines(observation):
        assert line in departs.stdout
