"""The command line, as its users meet it: what is said, and the exit status."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from bluelet_spec import clauses
from support import ROOT, Port, Run

LAZY_SLEEP = "from bluelet_reference import null as _null\ndef sleep(duration): return _null()\n"
SPIN = "def kill(coro):\n    while True: pass\n"


# What is judged.


def test_the_main_job_passes_on_the_reference() -> None:
    command = [sys.executable, "-m", "pytest", "conformance", "--impl=reference", "--strict"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "conformant, strictly" in done.stdout
    assert f"{len(clauses()) + 1} passed" in done.stdout  # And the programs.


def test_the_reference_is_the_default(suite: Run) -> None:
    done = suite("run.drives-root")
    assert done.returncode == 0, done.stdout
    assert "reference " in done.stdout
    assert "1 passed" in done.stdout


def test_a_clause_is_chosen_by_its_id_and_a_chapter_by_its_name(suite: Run) -> None:
    done = suite("-v", "null", "end.value-to-caller")
    ids = re.findall(r"clauses.py::(\S+)\[reference\] PASSED", done.stdout)
    chapter = [clause.id for clause in clauses().values() if clause.chapter == "null"]
    assert ids == [*chapter, "end.value-to-caller"]
    assert "no verdict on the whole, 4 of" in done.stdout


def test_a_directory_beside_a_clause_adds_nothing(suite: Run) -> None:
    done = suite(str(ROOT / "conformance"), "run.drives-root")
    assert "1 passed" in done.stdout


def test_keywords_choose_clauses_by_chapter_and_level(suite: Run) -> None:
    done = suite("--pyargs", "bluelet_conformance", "-k", "null and MUST", "--co", "-q")
    assert done.stdout.split("\n")[1].endswith("null.lets-others-run[reference]")
    assert "round-robin" not in done.stdout
    assert "kill" not in done.stdout


def test_the_suite_runs_by_the_name_of_its_package(suite: Run) -> None:
    done = suite("--pyargs", "bluelet_conformance", "-k", "run.drives-root")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_several_implementations_are_judged_in_one_run(suite: Run, port: Port) -> None:
    done = suite("--impl=reference", port(LAZY_SLEEP), "--impl=reference", "sleep.never-early")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert done.stdout.index("reference 0") < done.stdout.index("port.py unknown")


def test_the_tests_of_the_suite_are_not_part_of_the_suite() -> None:
    command = [sys.executable, "-m", "pytest", "conformance", "--co", "-q"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if "::" in line]
    assert len(lines) == len(clauses()) + 1  # And the programs.
    assert all("suite/clauses.py::" in line for line in lines)


# What is said of a clause that is not met.


def test_a_failure_tells_the_sentence_what_was_seen_and_how_to_see_it_again(
    suite: Run, port: Port
) -> None:
    done = suite(port(LAZY_SLEEP), "sleep.never-early")
    assert done.returncode == 1
    clause = clauses()["sleep.never-early"]
    text = done.stdout
    places = [
        text.index(f"MUST: {clause.sentence}"),
        text.index("Verdict: fail"),
        text.index(">       assert all(took >= duration for duration, took in slept)"),
        text.index("E       assert False"),
        text.index("This clause alone: pytest sleep.never-early --impl=port.py"),
    ]
    assert places == sorted(places)
    assert "NOT conformant" in text


def test_a_clause_that_never_returns_shows_its_program(suite: Run, port: Port) -> None:
    done = suite(port(SPIN), "kill.sleeping")
    assert done.returncode == 1
    assert "Verdict: spin, still computing after 2 s of CPU time" in done.stdout
    assert "yield bluelet.kill(thread)" in done.stdout


def test_an_unmet_should_is_told_once_and_with_strict_a_failure(suite: Run, port: Port) -> None:
    value = "from bluelet_reference import run as _run\ndef run(root): _run(root); return 1\n"
    lenient = suite(port(value), "run.returns-none")
    strict = suite(port(value), "run.returns-none", "--strict")
    assert (lenient.returncode, strict.returncode) == (0, 1)
    assert "= 1 SHOULD not met in" in lenient.stdout
    assert lenient.stdout.count("run.returns-none") == 1
    assert "SHOULD: 1 of 1 not met" in lenient.stdout
    assert "SHOULD: `run` SHOULD return None" in strict.stdout


def test_an_unmet_should_is_no_failure_where_warnings_are_errors(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    value = "from bluelet_reference import run as _run\ndef run(root): _run(root); return 1\n"
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    done = suite(port(value), "run.returns-none", "-W", "error")
    assert done.returncode == 0
    assert "fail    run.returns-none" in done.stdout


def test_a_port_that_polls_for_ever_hangs_for_seconds(suite: Run, port: Port) -> None:
    polling = "import time\ndef run(root):\n    while True: time.sleep(0.002)\n"
    done = suite(port(polling), "run.drives-root")
    assert "Verdict: hang, still waiting after 4 s" in done.stdout


def test_a_port_that_prints_without_end_is_cut_short(suite: Run, port: Port) -> None:
    done = suite(port("def run(root):\n    while True: print('x' * 10**6)\n"), "run.drives-root")
    assert done.returncode == 1
    assert len(done.stdout) < 20_000_000


def test_a_node_id_from_the_output_can_be_given_again(suite: Run) -> None:
    first = suite("-v", "null.returns-none")
    [node] = re.findall(r"(\S+clauses.py::\S+) PASSED", first.stdout)
    assert "1 passed" in suite(node).stdout


def test_a_may_never_fails_and_its_choice_is_told(suite: Run, port: Port) -> None:
    raising = "def spawn(coro): raise LookupError\n"
    done = suite("spawn.value", "--strict")
    assert "MAY: spawn.value None" in done.stdout
    done = suite(port(raising), "spawn.value", "run.drives-root", "--strict")
    assert done.returncode == 0
    assert "1 no choice seen" in done.stdout


def test_what_an_implementation_lacks_fails_the_clauses_that_need_it(
    suite: Run, tmp_path: Path
) -> None:
    (tmp_path / "port.py").write_text("from bluelet_reference import run, null, call, end\n")
    done = suite("--impl=port.py", "--report=out.json", "call", "null.returns-none", "join.waits")
    assert done.returncode == 1
    [found] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    verdicts = {clause: entry["verdict"] for clause, entry in found["clauses"].items()}
    assert verdicts["call.any-generator"] == "pass"
    assert verdicts["null.returns-none"] == "pass"
    assert verdicts["join.waits"] == "fail"
    lacking = "the implementation has no `join`, `sleep`, `spawn`"
    assert found["clauses"]["join.waits"]["detail"] == lacking
    assert f"Verdict: fail, {lacking}" in done.stdout


def test_a_clause_is_blocked_where_one_that_it_presupposes_is_not_met(
    suite: Run, port: Port
) -> None:
    done = suite(port("def run(root): pass\n"), "join.after-finish", "run.drives-root")
    assert done.returncode == 1
    assert "1 failed, 1 blocked" in done.stdout
    assert "blocked join.after-finish  presupposes spawn.both-run" in done.stdout


def test_a_run_in_which_all_is_blocked_is_no_success(suite: Run, port: Port) -> None:
    done = suite(port("def run(root): pass\n"), "null.returns-none")
    assert done.returncode == 1
    assert "1 blocked" in done.stdout


# What is wrong with the command.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--impl=nosuch"], "no implementation is called 'nosuch'.*Registered: reference"),
        (["--impl=a b"], "no implementation is called 'a b'"),
        (["--impl=nosuch.py"], "there is no file 'nosuch.py'"),
        (["--impl=json:nosuch"], "cannot be imported: AttributeError.*no attribute 'nosuch'"),
        (["--impl=json"], r"json \(module json\) is no bluelet"),
        (
            ["--report=out.txt"],
            r"--report=out.txt: name a file that ends in .json, .md, .html or .svg",
        ),
        (["--report=theirs.json"], "theirs.json: it is there, and is no report of an earlier run"),
        (["--report=folder.json"], "folder.json: that is a directory; name a file"),
        (["--report=no/out.json"], "there is no directory no"),
        (["join.afterfinish"], "no clause 'join.afterfinish'. Did you mean join.after-finish"),
        (["--expect=nosuch.toml"], "cannot read nosuch.toml: No such file"),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(
    suite: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "theirs.json").write_text("[]")
    done = suite("null", *arguments)
    assert done.returncode == 4
    [line] = [line for line in done.stderr.splitlines() if line]
    assert re.search(message, line), line


def test_an_import_that_fails_is_no_traceback(suite: Run, port: Port) -> None:
    done = suite(port("raise OSError('not today')\n"), "null")
    assert done.returncode == 4
    assert "port.py (file port.py) cannot be imported: OSError: not today" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_can_import_its_sibling(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "sibling.py").write_text("from bluelet_reference import *\n")
    (tmp_path / "src" / "queue.py").write_text("from sibling import *\n")
    done = suite("--impl=src/queue.py", "null.returns-none")
    assert done.returncode == 0, done.stdout


def test_the_command_to_judge_a_clause_alone_is_for_a_shell(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "my port.py").write_text("from bluelet_reference import *\n" + LAZY_SLEEP)
    done = suite("--impl=my port.py", "sleep.never-early", "--report=a.md", "--report=a.html")
    command = "pytest sleep.never-early '--impl=my port.py'"
    assert f"This clause alone: {command}\n" in done.stdout
    assert command in (tmp_path / "a.md").read_text()
    assert command in html.unescape((tmp_path / "a.html").read_text())


def test_an_import_that_exits_is_no_success(suite: Run, port: Port) -> None:
    done = suite(port("import os; os._exit(0)\n"), "null")
    assert done.returncode == 4
    assert "cannot be imported: the process left with exit status 0" in done.stderr


def test_to_judge_an_implementation_by_nothing_is_no_success(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    done = suite("test_other.py", "--impl=reference", "--report=out.json")
    assert done.returncode == 5
    assert "no clause was judged: the command names none" in done.stdout


def test_an_implementation_without_a_path_means_the_suite(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    done = suite("--impl=reference", "-k", "null.returns-none")
    assert done.returncode == 0
    assert f"1 passed, {len(clauses())} deselected" in done.stdout


@pytest.mark.parametrize("option", [[], ["-n2"]], ids=str)
def test_to_choose_nothing_is_no_success(suite: Run, option: list[str]) -> None:
    done = suite("--impl=reference", "-k", "nosuch", *option)
    assert done.returncode == 5
    assert "no clause was judged: -k, -m or --deselect leaves none" in done.stdout


# The rest.


def test_implementations_and_clauses_are_listed(suite: Run) -> None:
    done = suite("--list-impls")
    assert done.returncode == 0
    assert done.stdout.startswith("reference  (bluelet_reference of bluelet-conformance")
    done = suite("--list-clauses")
    assert done.returncode == 0
    listed = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert listed == list(clauses())


def test_what_is_listed_can_be_printed_anywhere(
    suite: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = suite("--list-clauses")
    assert done.returncode == 0, done.stderr
    assert list(clauses())[-1] in done.stdout


def test_the_readme_shows_what_the_command_prints() -> None:
    text = (ROOT / "README.md").read_text()
    levels = Counter(clause.level for clause in clauses().values())
    assert f"collected {len(clauses()) + 1} items" in text
    assert f"MUST: all {levels['MUST']} met" in text  # type: ignore[index]
    assert f"SHOULD: all {levels['SHOULD']} met" in text  # type: ignore[index]


def test_other_test_suites_are_left_alone(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    done = suite()
    assert done.returncode == 0
    assert "1 passed" in done.stdout
    assert "conformance ====" not in done.stdout


def test_the_plain_debugger_meets_the_clause_in_the_same_process(suite: Run, port: Port) -> None:
    done = suite(port(LAZY_SLEEP), "sleep.never-early", "--pdb", "-s")
    assert "entering PDB" in done.stdout
    assert "took >= duration" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_run_with_the_summary_so_far(
    tmp_path: Path, port: Port, number: signal.Signals
) -> None:
    option = port(SPIN)
    command = [sys.executable, "-u", "-m", "pytest", "-v", "-p", "no:cacheprovider"]
    running = subprocess.Popen(  # As from a terminal, even where Ctrl-C is ignored around us.
        [*command, option, "--report=out.json", "null.returns-none", "kill"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stdout
    output = b""
    while b"kill.sleeping" not in output:
        output += os.read(running.stdout.fileno(), 65536)
    running.send_signal(number)
    rest, _ = running.communicate(timeout=30)
    output += rest
    assert running.returncode == 2
    assert b"null.returns-none" in output
    assert b"KeyboardInterrupt" in output
    assert b"MUST: all 1 met" in output
    [found] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    assert "null.returns-none" in found["clauses"]
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, check=False)
    assert not left.stdout
