"""The JSON report: its format is a contract, and `conformant` means that nothing is missing."""

from __future__ import annotations

import json
from pathlib import Path

from bluelet_conformance.judge import Judgement
from bluelet_conformance.report import Result, as_json
from bluelet_spec import SPEC_VERSION, clauses
from support import Port, Run


def result(**verdicts: str) -> Result:
    """Return a result in which every clause passes but those named, with `_` for `.`."""
    made = Result("port", "module port", "1.0")
    for clause in clauses().values():
        verdict = verdicts.get(clause.id.replace(".", "_").replace("-", "_"), "pass")
        made.add(Judgement(clause.id, clause.level, verdict, 0.1))
    return made


def test_the_format_is_the_contract(suite: Run, tmp_path: Path) -> None:
    done = suite("--impl=reference", "--report=a.json", "--report=b.json", "spawn", "--strict")
    assert done.returncode == 0, done.stdout
    report = json.loads((tmp_path / "a.json").read_text())
    assert report == json.loads((tmp_path / "b.json").read_text())
    assert report.keys() == {"format", "spec", "python", "platform", "strict", "implementations"}
    assert (report["format"], report["spec"], report["strict"]) == (1, SPEC_VERSION, True)
    [found] = report["implementations"]
    assert found.keys() == {"name", "origin", "version", "conformant", "clauses", "choices"}
    assert found["name"] == "reference"
    assert found["choices"] == {"spawn.value": "None", "spawn.finished-generator": "no effect"}
    entry = found["clauses"]["spawn.both-run"]
    assert entry.keys() == {"level", "verdict", "seconds", "detail"}
    assert (entry["level"], entry["verdict"], entry["detail"]) == ("MUST", "pass", "")
    assert found["conformant"] is False, "a part of the clauses proves nothing of the rest"


def test_two_runs_give_the_same_report_but_for_times(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    option = port("def null(): return object()\n")
    reports = []
    for _ in range(2):
        suite(option, "--report=out.json", "run.drives-root", "end")
        report = json.loads((tmp_path / "out.json").read_text())
        for entry in report["implementations"][0]["clauses"].values():
            del entry["seconds"]
        reports.append(report)
    assert reports[0] == reports[1]
    assert "not <object object> of type object" in json.dumps(reports[0])


def test_conformant_means_that_every_must_is_met() -> None:
    assert result().is_conformant(strict=True)
    assert not result(join_after_finish="spin").is_conformant(strict=False)
    assert not result(join_after_finish="blocked").is_conformant(strict=False)
    assert result(run_returns_none="fail").is_conformant(strict=False)
    assert not result(run_returns_none="fail").is_conformant(strict=True)
    assert result(spawn_value="fail").is_conformant(strict=True)


def test_implementations_stand_in_the_order_given() -> None:
    one, other = result(), result(join_after_finish="spin")
    report = as_json([one, other], strict=False)
    assert [each["conformant"] for each in report["implementations"]] == [True, False]
    assert list(report["implementations"][0]["clauses"]) == list(clauses())
