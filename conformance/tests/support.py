"""Names that several tests of the suite share."""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest
from bluelet_conformance.judging.judge import Judge
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_conformance.reports import Result
from bluelet_spec import clauses

ROOT = Path(__file__).parents[2]
"""The repository."""

SABOTEURS = ROOT / "conformance" / "saboteurs"
"""Implementations that are wrong on purpose, each in the folder of the chapter it breaks first."""

Run: TypeAlias = Callable[..., "CompletedProcess[str]"]
"""Runs `pytest ARGUMENTS` in an empty directory."""

Port: TypeAlias = Callable[[str], str]
"""Writes a port, the reference with some lines after it, and returns the option to judge it."""


def saboteurs() -> list[Path]:
    """Return all saboteurs, in the alphabetical order of their names."""
    return sorted(SABOTEURS.rglob("*.py"), key=lambda path: path.name)


def saboteur(name: str) -> Path:
    """Return the saboteur of that name, whatever chapter it breaks."""
    [path] = SABOTEURS.rglob(f"{name}.py")
    return path


NOTES_MODULES = """
import sys
from pathlib import Path
def pytest_unconfigure():
    Path("modules").write_text(" ".join(sys.modules))
"""
"""A `conftest.py` that writes down what was imported, in the current directory."""


def modules_for_the_plugin(run: Run, directory: Path) -> set[str]:
    """Return what a run of pytest imports that it does not where the plugin is left out."""

    def imported(*arguments: str) -> set[str]:
        done = run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return set((directory / "modules").read_text().split())

    return imported() - imported("-p", "no:bluelet_conformance")


def candidate(implementation: Path) -> Candidate:
    """Return an implementation that is a file, not yet imported."""
    return Candidate(implementation.stem, f"file {implementation.name}", str(implementation))


def reference() -> Candidate:
    """Return the reference."""
    return Candidate("reference", "module bluelet_reference", "bluelet_reference")


_judge = Judge()
atexit.register(_judge.close)
_attempted: list[Candidate] = []


def attempt(clause: str, implementation: Path | Candidate, **counterexample: Any) -> Judgement:
    """Judge an implementation by one clause, alone, whatever it presupposes.

    Raises:
        BadImplementation: it cannot even be imported, and would fail for that.
    """
    judged = candidate(implementation) if isinstance(implementation, Path) else implementation
    if _attempted[-1:] != [judged]:
        for other in _attempted:
            _judge.servers.leave(other)
        _attempted[:] = [judged]
    return _judge.attempt(clauses()[clause], judged, counterexample)


def in_a_fork(function: Callable[[], Any]) -> Any:
    """Return what a function returns in a fork of this process, where it may change all it likes.

    It returns what JSON can hold; what it raises is returned as a text.
    """
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            value = function()
        except BaseException as error:
            value = repr(error)
        os.write(write, json.dumps(value).encode() + b"\n")
        os._exit(0)
    os.close(write)
    with open(read) as file:
        value = json.loads(file.readline())  # What it has forked may hold the other end.
    os.waitpid(pid, 0)
    return value


def result(name: str = "port", /, **verdicts: str) -> Result:
    """Return a result in which every clause passes but those named, with `_` for `.` and `-`."""
    made = Result(name, f"module {name}", "1.0")
    for clause in clauses().values():
        verdict = verdicts.get(clause.id.replace(".", "_").replace("-", "_"), "pass")
        made.add(Judgement(clause.id, clause.level, verdict, 0.1))
    return made


def run(*command: str | Path, cwd: Path, **environment: str) -> CompletedProcess[str]:
    """Run a command as in a shell of its own: with nothing of this one's Python or pytest."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PY")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**inherited, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def succeed(*command: str | Path, cwd: Path, **environment: str) -> CompletedProcess[str]:
    """Run a command that has to succeed."""
    finished = run(*command, cwd=cwd, **environment)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the directory `name` that `make` fills, once for all processes of a parallel run."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    path, made = base / name, base / f"{name}.made"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            make(path)
            made.touch()
    return path


def the_wheel(factory: pytest.TempPathFactory) -> Path:
    """Return this distribution's wheel."""

    def make(path: Path) -> None:
        succeed(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", path, ROOT, cwd=path)

    [path] = made_once(factory, "wheel", make).glob("*.whl")
    return path
