"""Known failures: the file, and that it is strict both ways."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bluelet_conformance.expectations import BadExpectations, Expectations, read
from support import Port, Run

ENTRY = '[[expect]]\nclause = "sleep.never-early"\nverdict = "fail"\nreason = "it is lazy"\n'
UNSUPPORTED = '[[unsupported]]\nchapter = "sleep"\nreason = "no clock"\n'
PINNED = '[[expect]]\nclause = "sendall.sends-everything"\nverdict = "fail"\nreason = "a limit"\n'
LAZY_SLEEP = "from bluelet_reference import null as _null\ndef sleep(duration): return _null()\n"


def test_entries_are_read(tmp_path: Path) -> None:
    file = tmp_path / "expect.toml"
    file.write_text(ENTRY + 'link = "https://example.org"\npython = ">=3.11"\n')
    assert read(file) == Expectations(file, {"sleep.never-early": "fail"})


def test_an_entry_for_another_python_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "expect.toml"
    file.write_text(ENTRY + 'python = "<3"\n')
    assert read(file) == Expectations(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[expect", "is not TOML"),
        ("[other]", "nothing but"),
        ("expect = 1", "nothing but"),
        (ENTRY.replace("never-early", "nosuch"), "entry 1: the specification has no clause"),
        (ENTRY.replace('"fail"', '"pass"'), "'pass' is no verdict to expect; those are blocked"),
        (
            ENTRY.replace("reason", "cause"),
            "there is no key 'cause'; there are clause, counterexample, flaky, link",
        ),
        (ENTRY.replace('reason = "it is lazy"\n', ""), "it lacks a reason"),
        (ENTRY.replace('"it is lazy"', "1"), "every value is a string"),
        (ENTRY + ENTRY, "entry 2: there is an entry for sleep.never-early already"),
        (ENTRY + "python = 5", "every value is a string"),
        ("expect = [1]", "entry 1: it is no table"),
        (ENTRY.replace("never-early", "nosuch") + 'python = "<3"', "has no clause"),
        (ENTRY.replace('"fail"', '"unsupported"'), "'unsupported' is no verdict to expect"),
        (ENTRY + 'python = "three"\n', "range of versions"),
        (UNSUPPORTED.replace('"sleep"', '"nosuch"'), "unsupported 1: .* no chapter 'nosuch'"),
        (UNSUPPORTED + UNSUPPORTED, "unsupported 2: there is an entry for sleep already"),
        (UNSUPPORTED + ENTRY, "entry 1: the chapter sleep is unsupported, so sleep.never-early"),
        (UNSUPPORTED + 'verdict = "fail"\n', "there is no key 'verdict'; there are chapter, link"),
        (ENTRY + 'counterexample = "sizes=[1]"\n', "sleep.never-early draws no data"),
        (PINNED + 'counterexample = "sizes=["\n', "gives each name a literal"),
        (PINNED + 'counterexample = "sizes=open(1)"\n', "gives each name a literal"),
        (PINNED + 'counterexample = "[1]"\n', "gives each name a literal"),
        (PINNED + 'counterexample = "sizes=[1]) + f(x=1"\n', "gives each name a literal"),
        (PINNED + 'counterexample = "sizes=[1], sizes=[2]"\n', "gives each name a literal"),
        (PINNED + 'counterexample = "size=[1]"\n', "is for size, and sendall.* draws sizes"),
        (PINNED + 'counterexample = " "\n', "is for nothing, and sendall.* draws sizes"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "expect.toml"
    file.write_text(text)
    with pytest.raises(BadExpectations, match=message):
        read(file)


def test_an_expected_failure_does_not_fail_the_run(suite: Run, port: Port, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY)
    done = suite(port(LAZY_SLEEP), "sleep.never-early", "--expect=expect.toml")
    assert done.returncode == 0, done.stdout
    assert "1 xfailed" in done.stdout
    assert "NOT conformant" in done.stdout


def test_an_expected_failure_that_passes_fails_the_run(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY)
    done = suite("sleep.never-early", "--expect=expect.toml")
    assert done.returncode == 1
    assert "the verdict is pass, and fail was expected. Change or remove" in done.stdout


def test_another_verdict_than_the_expected_one_fails_the_run(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY.replace('"fail"', '"hang"'))
    done = suite(port(LAZY_SLEEP), "sleep.never-early", "--expect=expect.toml")
    assert done.returncode == 1
    assert "the verdict is fail, and hang was expected" in done.stdout
    assert "MUST: `sleep` MUST NOT resume" in done.stdout


def test_the_file_goes_with_one_implementation(suite: Run, port: Port, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY)
    done = suite(port(""), "--impl=reference", "null", "--expect=expect.toml")
    assert done.returncode == 4
    assert "--expect goes with one --impl" in done.stderr


def test_a_clause_that_is_blocked_without_an_entry_fails_the_run(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    nothing_runs = '[[expect]]\nclause = "run.drives-root"\nverdict = "fail"\nreason = "idle"\n'
    (tmp_path / "expect.toml").write_text(nothing_runs)
    idle = port("def run(root): pass\n")
    done = suite(idle, "run.drives-root", "null.lets-others-run", "--expect=expect.toml")
    assert done.returncode == 1
    assert "1 failed, 1 xfailed" in done.stdout
    assert (
        "null.lets-others-run: the verdict is blocked, and no entry in expect.toml expects that. "
        "It presupposes spawn.both-run, whose verdict is blocked." in done.stdout
    )


def test_a_should_that_is_blocked_without_an_entry_fails_only_a_strict_run(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    nothing_runs = '[[expect]]\nclause = "run.drives-root"\nverdict = "fail"\nreason = "idle"\n'
    (tmp_path / "expect.toml").write_text(nothing_runs)
    command = (port("def run(root): pass\n"), "run.drives-root", "spawn.parent-first")
    lenient = suite(*command, "--expect=expect.toml")
    strict = suite(*command, "--expect=expect.toml", "--strict")
    assert (lenient.returncode, strict.returncode) == (0, 1)
    assert "spawn.parent-first: the verdict is blocked, and no entry" in strict.stdout


def test_a_file_that_expects_nothing_is_strict_too(suite: Run, port: Port, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text("# Nothing.\n")
    done = suite(port("def run(root): pass\n"), "null.lets-others-run", "--expect=expect.toml")
    assert done.returncode == 1
    assert "no entry in expect.toml expects that" in done.stdout


def test_what_blocks_and_was_not_chosen_is_named(suite: Run, port: Port) -> None:
    done = suite(port("def run(root): pass\n"), "null")
    assert done.returncode == 1
    assert (
        "  not chosen, and not met: run.drives-root (fail), which blocks null.returns-none and "
        "2 more; to see it: pytest run.drives-root --impl=port.py\n" in done.stdout
    )


def test_a_chapter_that_is_not_supported_is_not_judged(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    (tmp_path / "expect.toml").write_text(UNSUPPORTED)
    raising = port("def sleep(duration): raise LookupError\n")
    done = suite(raising, "sleep", "null.returns-none", "--expect=expect.toml", "--report=out.json")
    assert done.returncode == 0, done.stdout
    assert re.search(r"1 passed, \d+ unsupported", done.stdout)
    assert "NOT conformant" in done.stdout
    assert re.search(r"unsupported: \d+ clauses, declared so: no clock\n", done.stdout)
    [found] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    assert found["clauses"]["sleep.never-early"]["verdict"] == "unsupported"
    assert found["clauses"]["null.returns-none"]["verdict"] == "pass"
    assert not found["conformant"]


def test_a_clause_that_presupposes_what_is_not_supported_is_blocked_and_needs_an_entry(
    suite: Run, tmp_path: Path
) -> None:
    clause, presupposed = "recv.buffered-first", "readline.up-to-newline"
    unsupported = UNSUPPORTED.replace("sleep", "readline")
    (tmp_path / "expect.toml").write_text(unsupported)
    done = suite(clause, "--expect=expect.toml")
    assert done.returncode == 1
    detail = f"presupposes {presupposed}, whose verdict is unsupported"
    assert f"no entry in expect.toml expects that. It {detail}." in done.stdout
    entry = f'[[expect]]\nclause = "{clause}"\nverdict = "blocked"\nreason = "no lines"\n'
    (tmp_path / "expect.toml").write_text(unsupported + entry)
    done = suite(clause, "--expect=expect.toml")
    assert done.returncode == 0, done.stdout


def test_a_run_in_which_all_is_unsupported_is_no_success(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text(UNSUPPORTED)
    done = suite("sleep", "--expect=expect.toml")
    assert done.returncode == 1
    assert "nothing was judged, which is no success" in done.stdout


LIMITED = """\
from bluelet_reference import Connection as _Connection

class Connection(_Connection):
    def sendall(self, data):
        return super().sendall(data[:{limit}])
"""


def test_a_counterexample_is_shown(suite: Run, port: Port) -> None:
    done = suite(port(LIMITED.format(limit=100)), "sendall.sends-everything")
    assert "\nwith sizes=[101]\n" in done.stdout
    assert "Failing test case" not in done.stdout


def test_a_counterexample_is_replayed_before_anything_is_drawn(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    # No size that is drawn is more than 1000, so nothing but the replay finds this fault.
    command = (port(LIMITED.format(limit=1200)), "sendall.sends-everything")
    assert suite(*command).returncode == 0
    (tmp_path / "expect.toml").write_text(PINNED + 'counterexample = "sizes=[1300]"\n')
    done = suite(*command, "--expect=expect.toml")
    assert done.returncode == 0, done.stdout
    assert "1 xfailed" in done.stdout


def test_where_a_counterexample_fails_no_more_data_are_drawn(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    (tmp_path / "expect.toml").write_text(PINNED + 'counterexample = "sizes=[3]"\n')
    command = (port(LIMITED.format(limit=100)), "sendall.sends-everything")
    assert suite(*command, "--expect=expect.toml").returncode == 0
    done = suite("sendall.sends-everything", "--expect=expect.toml")
    assert done.returncode == 1
    assert "the verdict is pass, and fail was expected" in done.stdout
