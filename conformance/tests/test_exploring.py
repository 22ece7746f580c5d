"""Programs that are drawn find faults, whatever an implementation does to the process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from time import process_time, sleep
from types import SimpleNamespace
from typing import Any

import bluelet_reference
import pytest
from bluelet_conformance.judging import processes
from bluelet_conformance.judging.servers import Servers
from bluelet_conformance.programs import batch
from bluelet_conformance.programs.exploring import EFFORTS, Effort, Exploring
from bluelet_conformance.programs.findings import Exploration, Finding
from bluelet_spec.programs.drawing import drawn
from bluelet_spec.programs.language import (
    Block,
    Catch,
    End,
    Finally,
    Kill,
    Null,
    Program,
    Raise,
    Repeat,
    Sleep,
    Spawn,
)
from bluelet_spec.programs.shrinking import shrunk
from support import Port, Run, candidate, in_a_fork, reference, run, saboteur
from test_report import schema

PORT = "from bluelet_reference import *\n"


def explored(path: Path, *first: Program) -> Exploration:
    """Run a few programs on an implementation, those of `first` before all others."""
    servers = Servers()
    try:
        return Exploring(servers.of(candidate(path)), "quick", 0, 0, list(first)).finish()
    finally:
        servers.close()


@pytest.fixture
def little_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run few programs: each of them may cost a process."""
    monkeypatch.setitem(EFFORTS, "quick", Effort(5, None))


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("kill_misses_ready_threads", "kill.ready"),
        ("join_of_finished_waits", "join.after-finish"),
        ("end_loses_its_value", "end.value-to-caller"),
        ("new_threads_are_overtaken", "fairness.first-in-first-out"),
        ("end_skips_finally", "end.runs-finally"),
        ("kill_leaves_finally_unrun", "kill.itself"),
    ],
)
def test_a_fault_is_found_and_shown_by_a_small_program(name: str, clause: str) -> None:
    found = explored(saboteur(name))
    assert clause in found.findings
    assert Program.from_json(found.findings[clause].program).size() <= 6


def test_a_finding_names_no_clause_whose_sentence_its_program_does_not_break() -> None:
    assert list(explored(saboteur("killed_joiners_break_the_run")).findings) == [
        "kill.spares-others"
    ]

    skipped = explored(saboteur("end_skips_finally")).findings
    shown = [each for clause, each in skipped.items() if clause.startswith("end.runs-finally")]
    assert shown
    assert all('"finally"' in json.dumps(each.program) for each in shown)

    made = explored(
        saboteur("spawn_acts_when_made"),
        Program.of(root=[Finally((Spawn("a"), Null()), (Spawn("root"),))], a=[Raise(1)]),
    )
    assert "closing.victim-that-yields-on" not in made.findings


@pytest.mark.usefixtures("little_effort")
@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        ("import os\ndef kill(coro): os._exit(0)\n", "crashes"),
        ("import os, signal\ndef kill(coro): os.kill(os.getpid(), signal.SIGSEGV)\n", "crashes"),
        (
            "import signal\n"
            "def kill(coro):\n"
            "    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
            "    while True: pass\n",
            "does not return",
        ),
    ],
    ids=["leaves", "is killed", "is not to be interrupted"],
)
def test_what_ends_the_process_costs_one_program_and_is_shrunk(
    tmp_path: Path, fault: str, ending: str
) -> None:
    (tmp_path / "port.py").write_text(PORT + fault)
    program = Program.of(root=[Spawn("a"), Null(), Kill("a")], a=[Null(), Null()])
    found = explored(tmp_path / "port.py", program).findings["run.drives-root"]
    assert found.ending == ending
    assert Program.from_json(found.program) == Program.of(root=[Kill("a")], a=[])


@pytest.mark.usefixtures("little_effort")
def test_who_swallows_every_interrupt_does_not_hold_up_the_others(tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(
        PORT
        + "def sleep(duration):\n"
        + "    while True:\n"
        + "        try:\n"
        + "            while True: pass\n"
        + "        except BaseException: pass\n"
    )
    found = explored(tmp_path / "port.py", Program.of(root=[Null(), Sleep(1)]))
    assert found.programs == 6
    [finding, *_] = [each for each in found.findings.values() if each.ending != "returns"]
    assert Program.from_json(finding.program).size() <= 2


def test_a_machine_that_stops_for_a_while_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(
        PORT
        + "from pathlib import Path\n"
        + "def null(_null=null, began=Path(__file__).with_name('began')):\n"
        + "    began.touch()\n"
        + "    return _null()\n"
    )
    servers = Servers()
    try:
        server = servers.of(candidate(tmp_path / "port.py"))
        exploring = Exploring(server, "quick", 0, 0, [])
        while not (tmp_path / "began").exists():
            exploring.go_on()
        stopped = [server.pid, *processes.descendants(server.pid)]
        assert len(stopped) > 1
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            sleep(1.5 * batch.QUIET if number == signal.SIGSTOP else 0)
        found = exploring.finish()
    finally:
        servers.close()
    assert (found.programs, found.lost, found.findings) == (2000, [], {})


def test_an_alarm_that_rings_before_the_program_begins_is_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def set_and_dawdle(which: int, seconds: float, interval: float = 0) -> None:
        signal.setitimer(which, seconds, interval)
        until = process_time() + 0.01
        while seconds and process_time() < until:
            pass

    def observed() -> str:
        slow = SimpleNamespace(**{**vars(signal), "setitimer": set_and_dawdle})
        monkeypatch.setattr(batch, "signal", slow)
        return batch._observed(bluelet_reference, Program.of(root=[Null()]), batch._FIRST).ending

    assert in_a_fork(observed) == "does not return"


def test_the_same_seed_draws_the_same_programs() -> None:
    one, same, other = Random(1), Random(1), Random(2)
    first = [drawn(one) for _ in range(20)]
    assert first == [drawn(same) for _ in range(20)]
    assert first != [drawn(other) for _ in range(20)]


def test_a_finding_and_its_script_say_the_same_of_what_is_due() -> None:
    found = explored(saboteur("kill_misses_ready_threads"))
    assert found.findings
    for finding in found.findings.values():
        space: dict[str, Any] = {"__name__": "finding"}
        exec(compile(finding.script, "finding.py", "exec"), space)
        assert finding.allowed == space["ALLOWED"]


# Shrinking.


def test_a_program_is_shrunk_to_what_shows_it() -> None:
    program = Program.of(
        root=[Null(), Repeat(3, (Finally((Sleep(3), Spawn("b")), (Null(),)),)), Block()],
        a=[Null()],
        b=[Catch((Kill("a"), End(3)), (Null(),))],
    )

    def kills(program: Program) -> bool:
        return any(isinstance(each, Kill) for each in program.statements())

    def sleeps_long(program: Program) -> bool:
        return any(isinstance(each, Sleep) and each.ticks > 1 for each in program.statements())

    def ends(program: Program) -> bool:
        return any(isinstance(each, End) for each in program.statements())

    assert shrunk(program, kills) == Program.of(root=[Kill("a")], a=[])
    assert shrunk(program, sleeps_long) == Program.of(root=[Sleep(3)])
    assert shrunk(program, ends) == Program.of(root=[End(1)])


def test_every_step_of_shrinking_is_a_program_and_ends() -> None:
    random = Random(3)
    for _ in range(200):
        program = drawn(random)
        wanted = type(next(program.statements()))

        def has_it(program: Program, wanted: type = wanted) -> bool:
            return any(isinstance(each, wanted) for each in program.statements())

        assert shrunk(program, has_it).size() == 1


# On the command line.


def judged(option: str, *options: str, cwd: Path) -> str:
    """Run programs as from a shell, where pytest keeps its cache; return what is printed."""
    done = run(sys.executable, "-m", "pytest", "programs", option, *options, cwd=cwd)
    assert done.returncode == 1, done.stderr
    return done.stdout


def test_findings_are_told_with_a_script_that_shows_them(port: Port, tmp_path: Path) -> None:
    option = port("def null(): return sleep(0.0)\ndef kill(coro): return null()\n")
    printed = judged(option, "--report=out.json", cwd=tmp_path)
    assert "programs: 2000 run (effort quick, seed 0), faults against" in printed
    [found] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    assert found["conformant"] is False
    findings = {each["clause"]: Finding(**each) for each in found["programs"]["findings"]}
    shown = findings["kill.ready"]
    assert str(shown) in printed
    [line, *_] = [line for line in printed.splitlines() if "kill.ready.py" in line]
    command = line.removeprefix("by itself: python ")
    again = subprocess.run(
        [sys.executable, command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert again.returncode == 1, again.stderr
    assert "kill.ready" in again.stdout
    assert "    one by itself: python .pytest_cache/d/bluelet-programs/CLAUSE.py" in printed


@pytest.mark.parametrize("seed", ["none of your numbers", "-5", "²"])
def test_a_seed_is_whatever_hypothesis_takes(suite: Run, tmp_path: Path, seed: str) -> None:
    """It takes any string, and a number as that number."""
    options = ("--impl=reference", "programs", f"--hypothesis-seed={seed}", "--report=out.json")
    done = suite(*options)
    assert done.returncode == 0, done.stdout
    assert f"programs: 2000 run (effort quick, seed {seed})" in done.stdout
    report = json.loads((tmp_path / "out.json").read_text())
    schema().validate(report)
    assert str(report["implementations"][0]["programs"]["seed"]) == seed


def test_a_seed_is_quoted_for_a_shell() -> None:
    assert Exploration("quick", "a b").again("port").endswith(" '--hypothesis-seed=a b'")


def test_what_was_found_comes_first_the_next_time(port: Port, tmp_path: Path) -> None:
    option = port("def kill(coro): return null()\n")
    judged(option, "--hypothesis-seed=7", cwd=tmp_path)
    [kept] = tmp_path.glob(".pytest_cache/v/bluelet/programs/port.py")
    known = len(json.loads(kept.read_text()))
    assert known > 0
    printed = judged(option, "--hypothesis-seed=8", cwd=tmp_path)
    assert f"{2000 + known} run (effort quick, seed 8)" in printed


def test_what_is_expected_does_not_fail(suite: Run, port: Port, tmp_path: Path) -> None:
    option = port("def kill(coro): return null()\n")
    suite(option, "programs", "--report=out.json", "--strict")
    [found] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    entries = [
        f'[[expect]]\nclause = "{each["clause"]}"\nverdict = "fail"\nreason = "it kills nobody"\n'
        for each in found["programs"]["findings"]
    ]
    (tmp_path / "port.toml").write_text("\n".join(entries))
    done = suite(option, "programs", "--expect=port.toml", "--strict")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout  # They are out of force from the start.
    (tmp_path / "port.toml").write_text("\n".join(entries[1:]))
    assert suite(option, "programs", "--expect=port.toml", "--strict").returncode == 1


def test_a_program_can_be_expected_where_its_clause_is_met(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    option = port(
        "def kill(coro):\n    if coro.gi_code.co_filename == '<string>': return null()\n"
        "    return _kill(coro)\nfrom bluelet_reference import kill as _kill\n"
    )
    assert suite(option, "kill.ready").returncode == 0
    suite(option, "programs", "--report=out.json", "--strict")
    [found] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    entries = [
        f"[[program]]\nclause = \"{each['clause']}\"\nreason = 'it kills nobody'\n"
        f"program = '{json.dumps(each['program'])}'\n"
        for each in found["programs"]["findings"]
    ]
    (tmp_path / "port.toml").write_text("\n".join(entries))
    done = suite(option, "programs", "--expect=port.toml", "--strict")
    assert done.returncode == 0, done.stdout
    done = suite("--impl=reference", "programs", "--expect=port.toml", "--strict")
    assert done.returncode == 1
    assert "the program shows no fault against that clause" in done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[program]]\nclause='a.b'\nprogram='{}'\nreason='x'", "has no clause 'a.b'"),
        ("[[program]]\nclause='kill.ready'\nprogram='{'\nreason='x'", "`program` is no program"),
        (
            "[[program]]\nclause='kill.ready'\nprogram='{\"a\": []}'\nreason='x'",
            "the first coroutine is root",
        ),
    ],
)
def test_a_bad_entry_for_a_program_is_told(
    suite: Run, tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "port.toml").write_text(text)
    done = suite("--impl=reference", "programs", "--expect=port.toml")
    assert done.returncode == 4
    assert says in done.stderr


def test_workers_tell_of_programs_too(suite: Run, port: Port) -> None:
    done = suite(port("def kill(coro): return null()\n"), "programs", "null", "-n2")
    assert done.returncode == 1
    assert "programs: 2000 run" in done.stdout


def test_programs_are_not_run_where_nothing_runs(suite: Run, port: Port) -> None:
    done = suite(port("def run(root): pass\n"), "programs", "-rs")
    assert done.returncode == 1
    assert "presupposes run.drives-root, whose verdict is fail" in done.stdout


CALLEES_SURVIVE = """
import bluelet_reference as _own
_threads = set()
def run(root):
    _threads.clear()
    _threads.add(root)
    return _own.run(root)
def spawn(coro):
    _threads.add(coro)
    return _own.spawn(coro)
def kill(coro): return _own.kill(coro) if coro in _threads else null()
"""
"""Only what is a thread's first coroutine can be killed, which MUST alone allows."""


def test_a_fault_against_a_should_is_told_of_no_must(tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(PORT + CALLEES_SURVIVE)
    found = explored(tmp_path / "port.py").findings
    assert "kill.called-coroutine" in found
    assert {each.level for each in found.values()} == {"SHOULD"}


# What is lost, left out, or not there.


DIES = """
import os
import bluelet_reference as _reference
_runs = 0
def run(coro):
    global _runs
    _runs += 1
    if _runs > 400: os.abort()
    return _reference.run(coro)
"""


def test_a_process_that_dies_for_no_reason_that_is_found_is_told(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    done = suite(port(DIES.replace("400", "100")), "programs", "--report=out.json")
    assert done.returncode == 1
    assert "NOT conformant: 5 processes died while programs ran" in done.stdout
    assert "killed by SIGABRT at the last of" in done.stdout
    report = json.loads((tmp_path / "out.json").read_text())
    schema().validate(report)
    [found] = report["implementations"]
    assert found["conformant"] is False
    assert found["programs"]["programs"] == 2000
    told = [len(each["programs"]) for each in found["programs"]["lost"]]
    assert all(90 < programs <= 101 for programs in told[:3])
    assert told[3:] == [1, 1]


def test_what_was_found_before_a_process_died_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Exploring.__module__}._SECONDS", 60.0)  # However slow the machine is.
    (tmp_path / "port.py").write_text(PORT + DIES + "def kill(coro): return null()\n")
    found = explored(tmp_path / "port.py")
    assert "kill.ready" in found.findings
    assert found.lost
    assert found.programs == 2000


def test_programs_do_without_what_a_port_has_not(tmp_path: Path) -> None:
    names = "run, call, end, null, spawn"
    (tmp_path / "port.py").write_text(f"from bluelet_reference import {names}\n")
    servers = Servers()
    try:
        server = servers.of(candidate(tmp_path / "port.py"))
        without = frozenset(server.inspect().value["lacks"])
        found = Exploring(server, "quick", 0, 0, [Program.of(root=[Sleep(1)])], without).finish()
    finally:
        servers.close()
    assert found.findings == {}
    assert "2000 run without Connection, join, kill, sleep (effort quick" in found.in_short()


def test_a_run_that_takes_no_argument_says_that_no_program_was_run(suite: Run, port: Port) -> None:
    done = suite(port("def run(): pass\n"), "programs")
    assert done.returncode == 1
    assert "programs: none run, for the verdict on run.drives-root is fail" in done.stdout


def test_a_quick_run_is_of_so_many_programs_however_long_they_take(tmp_path: Path) -> None:
    slow = "import time\nimport bluelet_reference as _reference\n"
    slow += "def run(coro):\n    time.sleep(0.002)\n    return _reference.run(coro)\n"
    (tmp_path / "port.py").write_text(PORT + slow)
    assert explored(tmp_path / "port.py").programs == 2000


def test_what_there_was_no_time_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EFFORTS, "standard", Effort(10**6, 0.5))
    servers = Servers()
    try:
        found = Exploring(servers.of(reference()), "standard", 0, 0, []).finish()
    finally:
        servers.close()
    assert 0 < found.programs < 10**6
    assert "as many as 0.5 s had time for, of 1000000 (effort standard" in found.in_short()


def test_what_is_drawn_and_not_run_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EFFORTS, "standard", Effort(250, 0.7))
    slow = "import time\nimport bluelet_reference as _reference\n"
    slow += "def run(coro):\n    time.sleep(0.02)\n    return _reference.run(coro)\n"
    (tmp_path / "port.py").write_text(PORT + slow)
    servers = Servers()
    try:
        server = servers.of(candidate(tmp_path / "port.py"))
        found = Exploring(server, "standard", 0, 0, []).finish()
    finally:
        servers.close()
    assert 0 < found.programs < 250
    assert found.left_out == "as many as 0.7 s had time for, of 250"
