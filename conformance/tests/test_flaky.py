"""A known failure that does not show in each run: it passes either way, and is told apart."""

import json
from pathlib import Path

import pytest
from bluelet_conformance import expectations
from bluelet_conformance.expectations.recording import merged
from bluelet_conformance.judging.verdicts import Judgement
from support import Port, Run
from test_report import schema

RACE = """\
import os
from bluelet_reference import join as _join
def join(coro):
    if os.path.exists("unlucky") and coro.gi_frame is None: raise OSError("lost the race")
    return _join(coro)
"""
"""A port whose `join` of a finished thread raises in some runs."""

ENTRY = """\
[[expect]]
clause = "join.after-finish"
verdict = "fail"
flaky = true
reason = "the table of threads is cleared by another one"
"""

BLOCKED = """
[[expect]]
clause = "join.each-in-turn"
verdict = "blocked"
reason = "presupposes join.after-finish"
"""
"""What a run without luck may have written of a clause that presupposes that one."""


@pytest.mark.parametrize("with_entry", [False, True])
@pytest.mark.parametrize(("unlucky", "word"), [(False, "passed"), (True, "failed")])
def test_either_way_is_allowed_and_told_apart(
    suite: Run, port: Port, tmp_path: Path, unlucky: bool, word: str, with_entry: bool
) -> None:
    option = port(RACE)
    (tmp_path / "expect.toml").write_text(ENTRY + BLOCKED if with_entry else ENTRY)
    if unlucky:
        (tmp_path / "unlucky").touch()

    done = suite(option, "join.after-finish", "join.each-in-turn", "--expect=expect.toml", "-v")

    assert done.returncode == 0, done.stdout
    assert f"FLAKY, {word.upper()} THIS TIME" in done.stdout
    assert f"  join.after-finish on port.py: flaky, {word} this time" in done.stdout
    blocked = "1 xfailed" if with_entry else "1 blocked"
    assert (blocked if unlucky else "1 passed") in done.stdout


@pytest.mark.parametrize(("unlucky", "word"), [(False, "passed"), (True, "failed")])
def test_every_report_tells_it_apart(
    suite: Run, port: Port, tmp_path: Path, unlucky: bool, word: str
) -> None:
    option = port(RACE)
    (tmp_path / "expect.toml").write_text(ENTRY)
    if unlucky:
        (tmp_path / "unlucky").touch()
    files = [f"--report=out.{each}" for each in ("json", "html", "md")]

    suite(option, "join.after-finish", "run.drives-root", "--expect=expect.toml", *files)

    report = json.loads((tmp_path / "out.json").read_text())
    schema().validate(report)
    told = report["implementations"][0]["clauses"]
    assert {clause: one.get("flaky") for clause, one in told.items()} == {
        "run.drives-root": None,
        "join.after-finish": f"flaky, {word} this time",
    }
    assert (tmp_path / "out.html").read_text().count(f"flaky, {word} this time") == 1
    line = f"- `join.after-finish` on port.py: flaky, {word} this time\n"
    assert (tmp_path / "out.md").read_text().count(line) == 1


def test_another_verdict_than_the_two_fails_the_run(suite: Run, port: Port, tmp_path: Path) -> None:
    option = port(RACE)
    (tmp_path / "expect.toml").write_text(ENTRY.replace('"fail"', '"hang"'))
    (tmp_path / "unlucky").touch()

    done = suite(option, "join.after-finish", "--expect=expect.toml")

    assert done.returncode == 1
    assert "the verdict is fail, and hang was expected" in done.stdout


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ENTRY.rpartition("reason")[0], "`flaky` needs a reason: say why"),
        (ENTRY.rpartition("reason")[0] + 'reason = "TODO: say why"', "`flaky` needs a reason"),
        (ENTRY.replace("flaky = true", 'flaky = "yes"'), "`flaky` is true or false"),
    ],
)
def test_it_is_refused_without_a_reason(
    suite: Run, tmp_path: Path, entry: str, message: str
) -> None:
    (tmp_path / "expect.toml").write_text(entry)

    done = suite("join.after-finish", "--expect=expect.toml")

    assert done.returncode == 4
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_a_run_that_writes_the_file_keeps_it(verdict: str) -> None:
    judgement = Judgement("join.after-finish", "MUST", verdict, 0.1, "OSError")

    outcome = merged(ENTRY, [judgement], Path("expect.toml"))

    assert outcome.text == ENTRY
    assert not outcome.changed + outcome.dropped


def test_a_run_that_writes_the_file_keeps_it_with_another_verdict() -> None:
    judgement = Judgement("join.after-finish", "MUST", "hang", 0.1, "still waiting")

    outcome = merged(ENTRY, [judgement], Path("expect.toml"))

    assert outcome.text == f"# seen: still waiting\n{ENTRY.replace('fail', 'hang')}"


def test_what_it_blocks_has_no_entry_and_may_have_one() -> None:
    blocked = Judgement(
        "join.each-in-turn", "MUST", "blocked", 0.0, blocker="join.after-finish (fail)"
    )
    passed = Judgement("join.each-in-turn", "MUST", "pass", 0.1)
    for text in (ENTRY, ENTRY + BLOCKED):
        known = expectations.parse(text, Path("expect.toml"))
        assert [known.objection(each) for each in (blocked, passed)] == ["", ""]
        outcomes = [merged(text, [each], Path("expect.toml")).text for each in (blocked, passed)]
        assert outcomes == [text, text]
