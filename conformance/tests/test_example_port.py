"""The example port, as its author and a machine judge it: by what its README and workflow say."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from bluelet_spec import clauses
from support import ROOT, made_once, run, succeed, the_wheel

pytestmark = pytest.mark.timeout(600)  # It downloads what a new environment needs.

EXAMPLE = ROOT / "conformance" / "ports" / "tinybluelet"

ACTIONS = {
    "actions/checkout@v4",
    "actions/setup-python@v5",
    "actions/upload-artifact@v4",
    "actions/download-artifact@v4",
    "actions/upload-pages-artifact@v3",
    "actions/deploy-pages@v4",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the port whose environment, inside it, has our wheel and can read YAML."""

    def make(path: Path) -> None:
        copy(path)
        succeed(sys.executable, "-m", "venv", ".venv", cwd=path)
        succeed(".venv/bin/pip", "install", "-q", the_wheel(tmp_path_factory), "pyyaml", cwd=path)
        succeed("bash", "-euc", readme_commands()[0], cwd=path, PATH=search_path(path))

    return made_once(tmp_path_factory, "tinybluelet", make)


def copy(path: Path) -> None:
    left_by_its_author = shutil.ignore_patterns(".venv*", "site", "__pycache__", ".pytest_cache")
    shutil.copytree(EXAMPLE, path, dirs_exist_ok=True, ignore=left_by_its_author)


def search_path(repository: Path) -> str:
    return f"{repository}/.venv/bin:/usr/bin:/bin"


def readme_commands() -> list[str]:
    """Return the commands to install the port and to judge it."""
    [block] = re.findall(r"```sh\n(.*?)```", (EXAMPLE / "README.md").read_text(), re.DOTALL)
    commands: list[str] = block.strip().split("\n")
    assert [command.split()[0] for command in commands] == ["pip", "pytest"]
    return commands


def workflow(repository: Path) -> dict[str, Any]:
    """Return the workflow, read as YAML."""
    read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"
    file = ".github/workflows/conformance.yml"
    shown = succeed(
        "bash", "-c", f"python -c '{read}' < {file}", cwd=repository, PATH=search_path(repository)
    )
    loaded: dict[str, Any] = json.loads(shown.stdout)
    return loaded


def in_shell(command: str, repository: Path) -> CompletedProcess[str]:
    """Run a step of the workflow as it is run there."""
    environment = {"PATH": search_path(repository), "GITHUB_STEP_SUMMARY": "summary"}
    return run("bash", "-euc", command, cwd=repository, **environment)


def test_the_port_is_listed_by_its_name(repository: Path) -> None:
    listed = succeed(".venv/bin/pytest", "--list-impls", cwd=repository)
    assert "\ntinybluelet  (tinybluelet of tinybluelet 0.3.0)\n" in listed.stdout


def test_the_workflow_is_made_of_known_actions_and_commands(repository: Path) -> None:
    jobs = workflow(repository)["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert {step["uses"] for step in steps if "uses" in step} == ACTIONS
    assert all(("uses" in step) != ("run" in step) for step in steps)
    versions = jobs["judge"]["strategy"]["matrix"]["python"]
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={versions[0]}"
    [published] = [step["with"]["name"] for step in steps if "download" in step.get("uses", "")]
    assert published == f"conformance-{versions[-1]}"


def test_the_workflow_judges_by_the_readmes_command_and_finds_what_is_known(
    repository: Path,
) -> None:
    steps = workflow(repository)["jobs"]["judge"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    install, judge = readme_commands()
    assert commands[0] == install
    [judging] = [command for command in commands if command.startswith("pytest")]
    assert judging.startswith(judge + " --report ")

    for command in commands:
        done = in_shell(command, repository)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    assert (repository / "summary").read_text().startswith("#")
    [found] = json.loads((repository / "site" / "report.json").read_text())["implementations"]
    assert (found["name"], found["version"]) == ("tinybluelet", "0.3.0")
    assert list(found["clauses"]) == list(clauses())
    unmet = {
        (clause, entry["verdict"])
        for clause, entry in found["clauses"].items()
        if entry["verdict"] != "pass" and entry["level"] != "MAY"
    }
    known = tomllib.loads((EXAMPLE / "known-failures.toml").read_text())
    [chapter] = [entry["chapter"] for entry in known["unsupported"]]
    left_out = {(id, "unsupported") for id, one in clauses().items() if one.chapter == chapter}
    failing = {(entry["clause"], entry["verdict"]) for entry in known["expect"]}
    assert unmet == failing | {one for one in left_out if clauses()[one[0]].level != "MAY"}
    assert not [clause for clause, _ in unmet if clauses()[clause].level == "MUST"]


def test_contributing_shows_the_workflows_command_and_one_to_run_a_clause_by_hand(
    repository: Path,
) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    shown = " ".join(text.replace("\\\n", " ").replace("your_port", "tinybluelet").split())
    commands = [step.get("run", "") for step in workflow(repository)["jobs"]["judge"]["steps"]]
    [judging] = [command for command in commands if command.startswith("pytest")]
    assert judging in shown

    [by_hand] = re.findall("^python -c .*", text, re.MULTILINE)
    done = in_shell(by_hand.replace("your_port", "tinybluelet"), repository)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = in_shell(by_hand.replace("your_port", "math"), repository)
    assert "module 'math' has no attribute 'run'" in done.stderr


def test_a_fault_in_the_port_fails_the_run_and_is_named(repository: Path, tmp_path: Path) -> None:
    copy(tmp_path)
    scheduler = tmp_path / "src" / "tinybluelet" / "scheduler.py"
    right = "    if loop.find(coro) is None:\n"
    assert right in scheduler.read_text()
    scheduler.write_text(scheduler.read_text().replace(right, "    if False:\n"))
    _, judge = readme_commands()
    done = run(
        *("bash", "-euc", f"{judge} -k join"),
        cwd=tmp_path,
        PATH=search_path(repository),
        PYTHONPATH=str(tmp_path / "src"),
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "join.after-finish on tinybluelet" in done.stdout
    assert "fail    join.after-finish " in done.stdout
    assert "This clause alone: pytest join.after-finish --impl=tinybluelet" in done.stdout
