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
from support import NOTES_MODULES, Run, modules_for_the_plugin

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
    assert "MUST: all 1 met" in done.stdout
    assert "SHOULD: all 1 met" in done.stdout
    assert re.search(r"link/clauses\.py::run\.drives-root\[reference\] ", done.stdout)


@pytest.mark.usefixtures("hidden_suite")
@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=str)
def test_a_suite_that_is_come_upon_fails_the_run(
    suite: Run, tmp_path: Path, workers: list[str]
) -> None:
    broken = "import bluelet_conformance.judging.registry as registry\n"
    broken += "registry._load = lambda target: __import__('json')\n"
    (tmp_path / "conftest.py").write_text(broken)
    done = suite("-k", "run.drives-root", *workers)
    assert done.returncode == 1
    assert "NOT conformant" in done.stdout


# Workers.


def test_a_worker_whose_main_process_is_there_no_longer_is_killed_at_once() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    worker = [sys.executable, "-c", BEGINS_TO_WORK]
    assert subprocess.run([*worker, str(gone.pid)], check=False).returncode == -signal.SIGKILL
    assert subprocess.run([*worker, "0"], check=False).returncode == 0
