"""What changed since the earlier run whose report is replaced."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_conformance.programs.findings import Exploration
from bluelet_conformance.reports import Report, Result, compare, data, page
from bluelet_conformance.reports.changes import Earlier, NoReport, Shown, read
from support import Port, Run, result
from test_report_files import Page
from test_report_programs import finding

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
    changes = compare(Earlier(before), now)
    assert {kind: [str(each) for each in found] for kind, found in changes.kinds.items()} == {
        "newly failing": ["run.returns-none: was pass, is fail"],
        "newly passing": ["join.after-finish: was spin, is pass"],
        "failing otherwise": ["join.waits: was fail, is hang"],
        "new in the report": ["spawn.both-run: pass"],
        "gone from the specification": ["join.withdrawn: was pass"],
    }
    assert str(changes).startswith("1 newly failing, 1 newly passing, 1 failing otherwise")
    assert str(compare(Earlier({}), {})) == "nothing changed"


def programs(
    *faults: str, effort: str = "quick", seed: int | str = 7, count: int = 2000
) -> Exploration:
    """Return what came of programs that showed some faults."""
    found = {fault: replace(finding(), clause=fault) for fault in faults}
    return Exploration(effort, seed, count, found)


def told(before: Exploration | None, now: Exploration | None) -> dict[str, list[str]]:
    """Return what is told to have changed from what programs showed before to what they do now."""
    shown = None if before is None else Shown.of(before.as_json())
    kinds = compare(Earlier({}, shown), {}, now).kinds
    return {kind: [str(each) for each in found] for kind, found in kinds.items()}


NOW, NO_LONGER = "newly shown by programs", "no longer shown by programs"


def test_faults_that_programs_show_now_and_those_that_they_show_no_longer_are_told() -> None:
    before = programs("kill.ready", "kill.joining", "kill.withdrawn")
    now = programs("kill.ready", "join.waits", count=2001)
    assert told(before, now) == {NOW: ["join.waits"], NO_LONGER: ["kill.joining"]}
    assert told(before, before) == {}
    assert told(None, now) == {NOW: ["join.waits", "kill.ready"]}
    assert told(None, None) == told(before, None) == {}


@pytest.mark.parametrize(
    "other",
    [programs(count=1999), programs(seed=8), programs(seed="7"), programs(effort="standard")],
    ids=["fewer", "of another seed", "of a text for a seed", "of another effort"],
)
def test_what_other_programs_do_not_show_is_no_news(other: Exploration) -> None:
    assert told(programs("kill.ready"), other) == {}


def test_a_report_tells_what_programs_showed_before(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    found = result()
    found.exploration = programs("kill.ready", seed="a b")
    path.write_text(data.render(Report([found, result("other")], strict=False)))
    earlier = read(path)
    assert earlier["port"].programs == Shown("quick", "a b", 2000, ("kill.ready",))
    assert earlier["other"].programs is None


def test_changes_on_a_page_lead_to_what_is_on_the_page() -> None:
    now = {"join.waits": Judgement("join.waits", "MUST", "pass", 0.1)}
    before = Earlier({"join.waits": "fail", "join.withdrawn": "pass"})
    changes = compare(before, now, programs("kill.ready"))
    found = Result("port", "", "")
    found.add(now["join.waits"])
    found.exploration = programs("kill.ready")
    shown = Page(page.render(Report([found], False, {"port": changes})))
    assert "#clause=join.waits" in shown.links
    assert {link.removeprefix("#") for link in shown.links} <= set(shown.ids)


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


def test_a_run_tells_what_programs_show_now_and_no_longer(suite: Run, port: Port) -> None:
    options = ("--report=out.json", "programs")
    suite(port(""), *options)
    broken = suite(port("def kill(coro): return null()\n"), *options)
    [shown] = re.findall("    newly shown by programs: (.+)", broken.stdout)
    assert "kill.ready" in shown
    mended = suite(port(""), *options)
    assert f"    no longer shown by programs: {shown}\n" in mended.stdout


def test_reports_change_in_other_processes_too(suite: Run, port: Port) -> None:
    options = ("--report=out.json", "null")
    suite(port(LAZY), *options)
    done = suite(port(""), *options, "-n", "2")
    assert "null.lets-others-run: was blocked, is pass" in done.stdout


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "no json",
        "\xff",
        '{"format": 1}',
        '{"format": 1, "implementations": [1]}',
        '{"format": 1, "implementations": [{"name": "a", "clauses": {}, "programs": {}}]}',
        '{"format": 1, "implementations": [{"name": "a", "clauses": {}, "programs":'
        ' {"findings": [], "effort": "quick", "seed": 0, "programs": "many"}}]}',
    ],
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
