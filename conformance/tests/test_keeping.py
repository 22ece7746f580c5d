"""What is kept of faults, and a run that goes on where nothing can be."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from bluelet_conformance.keeping import Keeper
from bluelet_conformance.programs.findings import Exploration
from bluelet_spec.programs.language import Program
from support import Port, run
from test_report_programs import finding

WEAK = "def kill(coro): return null()\n"


class Cache:
    """The part of pytest's cache that is used, in a directory, which may be none."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.values: dict[str, Any] = {}
        self.times_set = 0

    def mkdir(self, name: str) -> Path:
        path = self.directory / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def get(self, key: str, default: object) -> Any:
        return self.values.get(key, default)

    def set(self, key: str, value: object) -> None:
        self.values[key] = json.loads(json.dumps(value))
        self.times_set += 1


def keeper(cache: Cache | None, name: str = "port") -> Keeper:
    class Config:
        pass

    config: Any = Config()
    if cache is not None:
        config.cache = cache
    return Keeper(config, name)


def explored(*clauses: str) -> Exploration:
    found = {clause: finding(clause) for clause in clauses}
    return Exploration("quick", 0, 10, found)


def test_programs_that_showed_a_fault_are_known_the_next_time(tmp_path: Path) -> None:
    cache, found = Cache(tmp_path), explored("kill.ready", "kill.joining")
    assert keeper(cache).keep(found) == ""
    assert [each.as_json() for each in keeper(cache).known()] == [
        each.program for each in found.findings.values()
    ]
    for clause, script in found.scripts.items():
        assert Path(script).read_text() == found.findings[clause].script
    assert keeper(cache, "other").known() == []
    assert keeper(None).known() == []
    assert keeper(None).keep(found) == ""


@pytest.mark.parametrize("name", ["../../../port.py", "/port.py", ".."])
def test_what_is_kept_stays_in_its_place(tmp_path: Path, name: str) -> None:
    cache = Cache(tmp_path)
    keeper(cache, name).keep(explored("kill.ready"))
    [key] = cache.values
    assert key.count("/") == 2
    assert key.startswith("bluelet/programs/")


def test_what_is_no_program_is_not_run(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keeper(cache).keep(explored("kill.ready"))
    [key] = cache.values
    program = Program.from_json(cache.values[key][0])
    cache.values[key] += [None, {"root": [["fly"]]}, [], 1]
    assert keeper(cache).known() == [program]
    for junk in (None, 1, "text", {"a": 1}):
        cache.values[key] = junk
        assert keeper(cache).known() == []


def test_what_is_kept_already_is_not_written_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert keeper(cache).keep(explored()) == ""
    assert cache.times_set == 0
    keeper(cache).keep(explored("kill.ready"))
    again = keeper(cache)
    again.known()
    again.keep(explored("kill.ready"))
    assert cache.times_set == 1


def test_where_there_is_no_place_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache, found = Cache(tmp_path / "file" / "x"), explored("kill.ready", "kill.joining")
    assert "could not write 2 of 2 files" in keeper(cache).keep(found)
    assert found.scripts == {}
    assert cache.times_set == 0


def test_where_one_file_cannot_be_written_the_others_are(tmp_path: Path) -> None:
    cache, found = Cache(tmp_path), explored("kill.ready", "kill.joining")
    (tmp_path / "bluelet-programs" / "kill.ready.py").mkdir(parents=True)
    assert "could not write 1 of 2 files" in keeper(cache).keep(found)
    assert found.scripts.keys() == {"kill.joining"}
    assert cache.times_set == 1


@pytest.mark.parametrize(
    ("in_the_way", "options"),
    [
        ("cache", ["-o", "cache_dir=cache/x"]),
        ("cache", ["-o", "cache_dir=cache/x", "-n1"]),
        (".pytest_cache/d/bluelet-programs", []),
    ],
    ids=" ".join,
)
def test_a_run_goes_on_where_nothing_can_be_kept(
    port: Port, tmp_path: Path, in_the_way: str, options: list[str]
) -> None:
    option = port(WEAK)
    (tmp_path / in_the_way).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / in_the_way).touch()
    done = run(sys.executable, "-m", "pytest", "programs", option, *options, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "INTERNALERROR" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert 'as JSON: {"root": ' in done.stdout
    assert "faults against" in done.stdout
    assert done.stdout.count("PytestCacheWarning: could not write") == 1
    assert "by itself: python" not in done.stdout


def test_a_fault_is_told_where_warnings_are_errors(port: Port, tmp_path: Path) -> None:
    option = port(WEAK)
    (tmp_path / ".pytest_cache/d/bluelet-programs/kill.ready.py").mkdir(parents=True)
    done = run(sys.executable, "-m", "pytest", "programs", option, "-Werror", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "as JSON: " in done.stdout
    assert "kill.ready.py" not in done.stdout
    assert "by itself: python .pytest_cache/d/bluelet-programs/kill.joining.py" in done.stdout
    assert "CLAUSE.py" not in done.stdout
