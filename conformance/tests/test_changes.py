"""What changed since the earlier run whose report is replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bluelet_conformance.judge import Judgement
from bluelet_conformance.reports import compare
from bluelet_conformance.reports.changes import NoReport, read
from support import Port, Run

LAZY = "def null(): return object()\n"


def test_changes_are_told_by_their_kinds() -> None:
    before = {
        "run.drives-root": "pass",
        "run.returns-none": "pass",
        "join.after-finish": "spin",
        "join.waits": "fail",
        "join.withdrawn": "pass",
        "kill.sleeping": "pass",
    }
    verdicts = {
        "run.drives-root": "pass",
        "run.returns-none": "fail",
        "join.after-finish": "pass",
        "join.waits": "hang",
        "spawn.both-run": "pass",
    }
    now = {clause: Judgement(clause, "MUST", verdict, 0.1) for clause, verdict in verdicts.items()}
    changes = compare(before, now)
    assert {kind: [str(each) for each in found] for kind, found in changes.kinds.items()} == {
        "newly failing": ["run.returns-none: was pass, is fail"],
        "newly passing": ["join.after-finish: was spin, is pass"],
        "failing otherwise": ["join.waits: was fail, is hang"],
        "new in the report": ["spawn.both-run: pass"],
        "gone from the specification": ["join.withdrawn: was pass"],
    }
    assert str(changes).startswith("1 newly failing, 1 newly passing, 1 failing otherwise")
    assert str(compare({}, {})) == "nothing changed"


def test_a_run_tells_what_changed_and_replaces_the_report(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    options = (
        "--report=out.json",
        "--report=out.md",
        "--report=out.html",
        "null",
        "run.drives-root",
    )
    first = suite(port(LAZY), *options)
    assert "since the earlier report" not in first.stdout
    second = suite(port(""), *options)
    assert "since the earlier report: " in second.stdout
    assert "null.lets-others-run: was blocked, is pass" in second.stdout
    [found] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    assert found["clauses"]["null.lets-others-run"]["verdict"] == "pass"
    for name in ("out.md", "out.html"):
        assert "was blocked, is pass" in (tmp_path / name).read_text()
    third = suite(port(""), *options)
    assert "since the earlier report: nothing changed" in third.stdout
    other = suite("--impl=reference", *options)
    assert "since the earlier report" not in other.stdout


def test_reports_change_in_other_processes_too(suite: Run, port: Port) -> None:
    options = ("--report=out.json", "null")
    suite(port(LAZY), *options)
    done = suite(port(""), *options, "-n", "2")
    assert "null.lets-others-run: was blocked, is pass" in done.stdout


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "no json", "\xff", '{"format": 1}', '{"format": 1, "implementations": [1]}'],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "out.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(NoReport, match="no report of an earlier run"):
        read(path)


def test_a_report_in_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text('{"format": 2}')
    with pytest.raises(NoReport, match="another format"):
        read(path)
