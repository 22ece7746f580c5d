"""Where a run of pytest meets the suite: at no cost where it does not, and wherever it does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bluelet_conformance import arguments, options
from bluelet_conformance.programs.exploring import EFFORTS
from support import NOTES_MODULES, Port, Run, modules_for_the_plugin

SPIES = """
import os
from bluelet_conformance.judging.judge import Judge

def note(line):
    with open("noted", "a") as file:
        file.write(line + "\\n")

def expect(self, asked):
    note("expects " + " ".join(f"{clause.id}[{candidate.name}]" for clause, candidate in asked))

Judge.expect, Judge.close = expect, lambda self: note("closed")
"""
"""A `conftest.py` that writes down what the judge is told."""


BEGINS_TO_WORK = """
import os, sys
from types import SimpleNamespace
from bluelet_conformance import signals
main = int(sys.argv[1]) or os.getppid()
signals.go_down_with_main(SimpleNamespace(workerinput={signals.MAIN: main}))
"""


# Runs that have nothing to do with bluelet.


@pytest.mark.parametrize(
    "given", [[], ["test_other.py"], ["tests"], ["--pyargs", "tests"], ["test_other.py::test_it"]]
)
def test_another_run_imports_next_to_nothing(suite: Run, tmp_path: Path, given: list[str]) -> None:
    (tmp_path / "conftest.py").write_text(NOTES_MODULES)
    (tmp_path / "tests").mkdir()
    for path in (tmp_path / "test_other.py", tmp_path / "tests" / "test_more.py"):
        path.write_text("def test_it(): pass\n")
    assert modules_for_the_plugin(lambda *more: suite(*given, *more), tmp_path) == {
        "bluelet_conformance",
        "bluelet_conformance.arguments",
        "bluelet_conformance.options",
        "bluelet_conformance.plugin",
    }


def test_an_environment_inside_a_project_does_not_make_the_project_the_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / ".venv" / "lib" / "python3" / "site-packages"
    source = tmp_path / ".venv" / "src" / "bluelet-conformance"
    for above in (packages / "bluelet_conformance", source / "conformance"):
        (above / "suite").mkdir(parents=True)
        (tmp_path / ".venv" / "pyvenv.cfg").touch()
        monkeypatch.setattr(arguments, "SUITE", above / "suite" / "clauses.py")
        assert arguments.names_the_suite(str(above))
        assert arguments.names_the_suite(str(above / "suite" / "clauses.py::run.drives-root"))
        assert not arguments.names_the_suite(str(tmp_path))


def test_packages_that_are_installed_outside_an_environment_are_no_suite_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "lib" / "site-packages"
    path = packages / "bluelet_conformance" / "suite" / "clauses.py"
    monkeypatch.setattr(arguments, "SUITE", path)
    assert arguments.names_the_suite(str(packages))
    assert not arguments.names_the_suite(str(tmp_path))


def test_the_efforts_are_those_that_there_are() -> None:
    assert tuple(EFFORTS) == options.EFFORTS


# Runs that come upon the suite, although nothing on the command line names it.


@pytest.fixture
def hidden_suite(tmp_path: Path) -> None:
    """Let the suite be in a directory that is elsewhere."""
    (tmp_path / "link").symlink_to(arguments.SUITE.parent)


@pytest.mark.usefixtures("hidden_suite")
@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=str)
def test_a_suite_that_is_come_upon_is_judged_by(suite: Run, workers: list[str]) -> None:
    done = suite("-k", "run.drives-root or null.returns-none", "-v", *workers)
    assert done.returncode == 0, done.stdout
    assert "MUST: all 2 met" in done.stdout
    assert re.search(r"link/clauses\.py::run\.drives-root\[reference\] ", done.stdout)


@pytest.mark.usefixtures("hidden_suite")
@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=str)
def test_a_suite_that_is_come_upon_fails_the_run(
    suite: Run, tmp_path: Path, workers: list[str]
) -> None:
    (tmp_path / "conftest.py").write_text("import sys; sys.path.insert(0, 'instead')")
    (tmp_path / "instead").mkdir()
    (tmp_path / "instead" / "bluelet_reference.py").write_text("run = print")
    done = suite("-k", "run.drives-root", *workers)
    assert done.returncode == 1
    assert "NOT conformant" in done.stdout


# What the judge is told.


def noted(directory: Path) -> list[str]:
    """Return what the spies wrote down."""
    path = directory / "noted"
    return path.read_text().splitlines() if path.exists() else []


def test_the_judge_is_told_which_clauses_come_in_which_order(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        SPIES + "def pytest_collection_modifyitems(items): items.reverse()\n"
    )
    (tmp_path / "port.py").write_text("from bluelet_reference import *\n")
    (tmp_path / "test_other.py").write_text("def test_it(): pass\n")
    named = ["test_other.py", "null.returns-none", "programs", "run.drives-root"]
    done = suite("--impl=port.py", "--impl=reference", *named, "-k", "not programs")
    assert done.returncode == 0, done.stdout
    expected = [
        f"{clause}[{name}]"
        for clause in ("run.drives-root", "null.returns-none")
        for name in ("reference", "port.py")
    ]
    assert noted(tmp_path) == [f"expects {' '.join(expected)}", "closed"]


@pytest.mark.parametrize("option", ["--collect-only", "--pdb", "-n2"])
def test_a_judge_who_is_not_asked_expects_nothing(suite: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "conftest.py").write_text(SPIES)
    done = suite("run.drives-root", option)
    assert done.returncode == 0, done.stdout
    assert set(noted(tmp_path)) == {"closed"}


@pytest.mark.parametrize("more", [[], ["--continue-on-collection-errors"]], ids=str)
def test_a_run_that_ends_before_it_begins_has_nothing_to_expect(
    suite: Run, tmp_path: Path, more: list[str]
) -> None:
    (tmp_path / "conftest.py").write_text(SPIES)
    (tmp_path / "test_other.py").write_text("1 / 0\n")
    done = suite("run.drives-root", "test_other.py", *more)
    assert done.returncode == 2 - len(more), done.stdout
    assert len(noted(tmp_path)) == 1 + len(more)


def test_the_judge_is_told_of_the_end_of_a_run_that_never_was(
    suite: Run, tmp_path: Path, port: Port
) -> None:
    (tmp_path / "conftest.py").write_text(SPIES)
    done = suite(port("raise OSError\n"), "null")
    assert done.returncode == 4
    assert noted(tmp_path) == ["closed"]


def test_the_judge_is_told_of_the_end_of_a_run_that_is_interrupted(
    suite: Run, tmp_path: Path
) -> None:
    interrupt = "def pytest_runtestloop(): raise KeyboardInterrupt\n"
    (tmp_path / "conftest.py").write_text(SPIES + interrupt)
    done = suite("run.drives-root")
    assert done.returncode == 2
    assert noted(tmp_path) == ["expects run.drives-root[reference]", "closed"]


# Workers.


def test_a_worker_whose_main_process_is_there_no_longer_is_killed_at_once() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    worker = [sys.executable, "-c", BEGINS_TO_WORK]
    assert subprocess.run([*worker, str(gone.pid)], check=False).returncode == -signal.SIGKILL
    assert subprocess.run([*worker, "0"], check=False).returncode == 0
