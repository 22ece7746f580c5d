"""The JSON report: its format is a contract, and `conformant` means that nothing is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bluelet_conformance.reports
import jsonschema
import pytest
from bluelet_conformance.judging.verdicts import Judgement, Verdict
from bluelet_conformance.reports import Report
from bluelet_conformance.reports.data import as_json
from bluelet_spec import SPEC_VERSION, clauses
from support import Port, Run, result, saboteur

SCHEMA = Path(bluelet_conformance.reports.__file__).with_name("report.schema.json")


def schema() -> jsonschema.Draft202012Validator:
    """Return the published schema, which is itself what a schema has to be."""
    found = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def without_times(path: Path) -> Any:
    """Return a report without what may differ between two runs."""
    report = json.loads(path.read_text())
    for implementation in report["implementations"]:
        for entry in implementation["clauses"].values():
            del entry["seconds"]
    return report


def test_the_format_is_the_contract(suite: Run, tmp_path: Path) -> None:
    done = suite("--impl=reference", "--report=a.json", "--report=b.json", "spawn", "--strict")
    assert done.returncode == 0, done.stdout
    report = json.loads((tmp_path / "a.json").read_text())
    assert report == json.loads((tmp_path / "b.json").read_text())
    assert report.keys() == {"format", "spec", "python", "platform", "strict", "implementations"}
    assert (report["format"], report["spec"], report["strict"]) == (1, SPEC_VERSION, True)
    [found] = report["implementations"]
    assert found.keys() == {
        "name",
        "origin",
        "version",
        "conformant",
        "counts",
        "clauses",
        "choices",
    }
    assert found["name"] == "reference"
    assert found["choices"] == {
        "spawn.value": "None",
        "spawn.finished-generator": "no effect",
        "spawn.parent-goes-on": "at once",
    }
    entry = found["clauses"]["spawn.both-run"]
    assert entry.keys() == {"level", "verdict", "seconds", "detail"}
    assert (entry["level"], entry["verdict"], entry["detail"]) == ("MUST", "pass", "")
    assert found["conformant"] is False, "a part of the clauses proves nothing of the rest"
    schema().validate(report)


def test_the_schema_holds_for_every_verdict() -> None:
    found = result()
    for clause, verdict in zip(clauses().values(), Verdict, strict=False):
        found.add(Judgement(clause.id, clause.level, verdict, 0.0, "seen"))
    report = json.loads(json.dumps(as_json(Report([found], strict=False))))
    schema().validate(report)
    definitions = json.loads(SCHEMA.read_text())["$defs"]
    assert definitions["judgement"]["properties"]["verdict"]["enum"] == list(Verdict)


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2},
        {"implementations": []},
        {"more": 1},
        {"implementations": [{"name": "port"}]},
    ],
    ids=str,
)
def test_the_schema_refuses_what_is_no_report(wrong: dict[str, Any]) -> None:
    report = json.loads(json.dumps(as_json(Report([result()], strict=False))))
    assert schema().is_valid(report)
    assert not schema().is_valid(report | wrong)


def test_two_runs_give_the_same_report_but_for_times(
    suite: Run, port: Port, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    option = port(
        "import bluelet_reference as _own\n"
        "def null(): return object()\n"
        "def sleep(duration): return _own.sleep(duration / 2)\n"
        "def recv(*args): raise LookupError\n"
    )
    reports = []
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        suite(option, f"--report={seed}.json", "run.drives-root", "end", "sleep", "fairness")
        reports.append(without_times(tmp_path / f"{seed}.json"))
    schema().validate(json.loads((tmp_path / "1.json").read_text()))
    assert reports[0] == reports[1]
    assert "not <object object> of type object" in json.dumps(reports[0])


def test_a_report_says_the_same_whatever_pytest_is_told(
    suite: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[Any] = []
    for ci, option in (
        ("", "--color=no"),
        ("", "--color=yes"),
        ("", "-vv"),
        ("", "-n1"),
        ("1", "-q"),
    ):
        monkeypatch.setenv("CI", ci)
        report = f"{len(reports)}.json"
        suite(f"--impl={saboteur('end_loses_its_value')}", f"--report={report}", "end", option)
        reports.append(without_times(tmp_path / report))
    assert [report == reports[0] for report in reports] == [True] * 5
    assert "At index 0: None, where 'a value' was due." in json.dumps(reports[0])


def test_conformant_means_that_every_must_is_met() -> None:
    assert result().is_conformant(strict=True)
    assert not result(join_after_finish="spin").is_conformant(strict=False)
    assert not result(join_after_finish="blocked").is_conformant(strict=False)
    assert result(run_returns_none="fail").is_conformant(strict=False)
    assert not result(run_returns_none="fail").is_conformant(strict=True)
    assert result(spawn_value="fail").is_conformant(strict=True)


def test_implementations_stand_in_the_order_given() -> None:
    one, other = result(), result(join_after_finish="spin")
    report = as_json(Report([one, other], strict=False))
    assert [each["conformant"] for each in report["implementations"]] == [True, False]
    assert list(report["implementations"][0]["clauses"]) == list(clauses())
