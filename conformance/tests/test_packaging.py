"""The distribution as a port's author meets it: a wheel, in the environment of another project."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest
from bluelet_spec import clauses
from support import NOTES_MODULES, made_once, modules_for_the_plugin, run, succeed, the_wheel

pytestmark = pytest.mark.timeout(600)  # It downloads what a new environment needs.

PYPROJECT = """
[project]
name = "their-bluelet"
version = "7.1"

[project.entry-points."bluelet.implementations"]
theirs = "their_bluelet.core:bluelet"

[tool.setuptools]
packages = ["their_bluelet"]
"""

PORT = """
import bluelet_reference
from types import SimpleNamespace

def lazy(duration):
    return bluelet_reference.null()

bluelet = SimpleNamespace(**{**vars(bluelet_reference), "sleep": lazy, "__version__": "7.1"})
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a port's repository whose environment, inside it, has the port and our wheel."""

    def make(path: Path) -> None:
        (path / "pyproject.toml").write_text(PYPROJECT)
        (path / "their_bluelet").mkdir()
        (path / "their_bluelet" / "__init__.py").touch()
        (path / "their_bluelet" / "core.py").write_text(PORT)
        succeed(sys.executable, "-m", "venv", path / ".venv", cwd=path)
        install = (path / ".venv" / "bin" / "python", "-m", "pip", "install", "-q")
        succeed(*install, the_wheel(tmp_path_factory), "-e", path, cwd=path)

    return made_once(tmp_path_factory, "their-bluelet", make)


def test_the_wheel_holds_three_typed_packages_and_the_suite(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    names = set(zipfile.ZipFile(the_wheel(tmp_path_factory)).namelist())
    for package in ("bluelet_spec", "bluelet_reference", "bluelet_conformance"):
        assert {f"{package}/__init__.py", f"{package}/py.typed"} <= names
    assert "bluelet_conformance/suite/clauses.py" in names
    assert "bluelet_spec/chapters/call.py" in names
    assert "bluelet_spec/chapters/join/completion.py" in names
    for data in ("page.html", "report.schema.json"):
        assert f"bluelet_conformance/reports/{data}" in names
    left_out = ("tests", "saboteurs", "ports", "examples", "benchmarks")
    assert not [name for name in names if set(left_out) & set(name.split("/"))]
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_a_port_is_found_by_its_registered_name_and_judged(repository: Path) -> None:
    pytest_command = repository / ".venv" / "bin" / "pytest"
    listed = run(pytest_command, "--list-impls", cwd=repository)
    assert "theirs  (their_bluelet.core:bluelet of their-bluelet 7.1)" in listed.stdout

    done = run(
        *(pytest_command, "--pyargs", "bluelet_conformance", "--report=out.json"),
        *("--report=out.html", "--report=out.md"),
        *("--impl=theirs", "--impl=reference"),
        cwd=repository,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "theirs 7.1 (their_bluelet.core:bluelet of their-bluelet 7.1): NOT" in done.stdout
    assert "MUST: While a thread sleeps" in done.stdout or "sleep.never-early" in done.stdout

    report = json.loads((repository / "out.json").read_text())
    theirs, reference = report["implementations"]
    assert (theirs["name"], theirs["version"], theirs["conformant"]) == ("theirs", "7.1", False)
    assert theirs["clauses"]["sleep.never-early"]["verdict"] == "fail"
    assert theirs["clauses"]["join.after-finish"]["verdict"] == "pass"
    assert reference["conformant"] is True
    assert {entry["verdict"] for entry in reference["clauses"].values()} == {"pass"}
    assert list(reference["clauses"]) == list(clauses())
    assert "sleep.never-early" in (repository / "out.html").read_text()
    assert "sleep.never-early" in (repository / "out.md").read_text()


def test_a_failure_shows_the_assertion_from_the_wheel_too(repository: Path) -> None:
    pytest_command = repository / ".venv" / "bin" / "pytest"
    done = run(pytest_command, "--impl=theirs", "sleep.never-early", cwd=repository)
    assert done.returncode == 1
    assert ">       assert all(took >= duration for duration, took in slept)" in done.stdout
    assert "E       assert False" in done.stdout


def test_the_tests_of_a_port_whose_environment_is_inside_it_import_next_to_nothing(
    repository: Path,
) -> None:
    (repository / "tests").mkdir()
    (repository / "tests" / "conftest.py").write_text(NOTES_MODULES)
    (repository / "tests" / "test_core.py").write_text("def test_it(): pass\n")
    pytest_command = repository / ".venv" / "bin" / "pytest"
    imported = modules_for_the_plugin(
        lambda *more: run(pytest_command, *more, cwd=repository), repository
    )
    assert {each.partition(".")[0] for each in imported} == {"bluelet_conformance"}
    assert len(imported) == 4, imported
