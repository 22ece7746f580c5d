"""One count: every report says the same of how many clauses are not met, and of what is blocked."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bluelet_conformance import summary
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_conformance.reports import Report, Result, badge, markdown, page
from bluelet_conformance.reports.changes import Earlier, compare
from bluelet_conformance.reports.data import as_json
from bluelet_docs.known import KNOWN
from bluelet_docs.known import Report as OnTheSite
from bluelet_docs.known import Shown as ShownOnTheSite
from bluelet_docs.known import Verdict as VerdictOnTheSite
from bluelet_spec import Level, clauses
from bluelet_spec.programs.language import Program
from support import Port, Run, result
from test_report_programs import explored, finding

MUSTS = sum(clause.level == Level.MUST for clause in clauses().values())


def some_of_each() -> Result:
    """Return a result with two MUST that are not met, one of them by a program, and two blocked."""
    return explored(
        result(
            spawn_both_run="fail",
            join_after_finish="blocked",
            join_waits="blocked",
            run_returns_none="fail",
        ),
        finding("kill.ready"),
    )


def test_what_is_blocked_is_counted_apart_and_by_every_report_alike() -> None:
    found = some_of_each()
    report = Report([found], strict=False)
    said = "2 MUST not met (1 by programs alone), 2 not judged because of them"
    whole = "2 MUST, 1 SHOULD not met, 2 not judged because of them"

    lines = list(summary.lines(report))
    assert lines[0] == f"port 1.0 (module port): NOT conformant: {said}"
    each = f"2 of {MUSTS} not met (1 by programs alone), 2 not judged because of them"
    assert f"  MUST: {each}" in lines
    assert f"**NOT conformant: {said}**; {whole}" in markdown.render(report)
    assert f"NOT conformant: {said}" in page.render(report)
    assert f"<p>{whole}</p>" in page.render(report)
    [told] = as_json(report)["implementations"]
    assert told["counts"]["MUST"] == {
        "met": MUSTS - 4,
        "not_met": 2,
        "blocked": 2,
        "unsupported": 0,
        "not_judged": 0,
    }
    assert "2 MUST not met, 2 not judged" in badge.render(report)


def test_the_site_counts_as_the_reports_do() -> None:
    found = some_of_each()
    verdicts = {clause: VerdictOnTheSite(one.verdict) for clause, one in found.judgements.items()}
    shown = ShownOnTheSite("kill.ready", Program.from_json({"root": []}), (), "")
    site = OnTheSite(KNOWN[0], "3.13", verdicts, (shown,))

    chapters = ["", *{clause.chapter for clause in clauses().values()}]
    assert [site.standing(each) for each in chapters] == [found.standing(each) for each in chapters]
    assert site.standing("join") == "2 blocked"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (explored(result(), finding()), "1 MUST not met (1 by programs alone)"),
        (result(spawn_both_run="leak"), "1 MUST not met"),
        (result(join_waits="blocked"), "1 not judged because of others"),
        (result(files_write_arrives="unsupported"), "1 declared unsupported"),
    ],
)
def test_what_is_not_conformant_is_told_with_its_reason(found: Result, why: str) -> None:
    assert found.headline(strict=True) == f"NOT conformant: {why}"
    drawn = ET.fromstring(badge.render(Report([found], strict=True)))
    assert "conformant" not in drawn.attrib["aria-label"].replace("not conformant", "")


def test_what_the_readme_does_not_mention_may_be_missing_of_a_conformant_port() -> None:
    found = result()
    clause = clauses()["files.write-arrives"]
    found.add(Judgement(clause.id, clause.level, "unsupported", 0.0, "no `write`", lacks="`write`"))

    assert found.headline(strict=True) == "conformant, strictly"
    assert found.is_conformant(strict=True)
    assert found.unsupported() == ["unsupported: 1 clause, no `write`"]


def test_a_comparison_tells_what_is_not_judged_any_more_apart() -> None:
    before = {
        "join.waits": "pass",
        "join.after-finish": "fail",
        "join.after-kill": "blocked",
        "spawn.both-run": "blocked",
    }
    verdicts = {
        "join.waits": "blocked",
        "join.after-finish": "blocked",
        "join.after-kill": "fail",
        "spawn.both-run": "pass",
    }
    now = {clause: Judgement(clause, "MUST", verdict, 0.1) for clause, verdict in verdicts.items()}

    changes = compare(Earlier(before), now)
    assert {kind: [str(each) for each in found] for kind, found in changes.kinds.items()} == {
        "newly failing": ["join.after-kill: was blocked, is fail"],
        "newly passing": ["spawn.both-run: was blocked, is pass"],
        "not judged any more": [
            "join.waits: was pass, is blocked",
            "join.after-finish: was fail, is blocked",
        ],
    }


def test_a_run_says_why_the_port_is_not_conformant(suite: Run, port: Port, tmp_path: Path) -> None:
    option = port("def join(coro): return null()\n")

    done = suite(option, "join", "spawn.both-run", "run", "--report=report.json")

    [told] = json.loads((tmp_path / "report.json").read_text())["implementations"]
    musts = told["counts"]["MUST"]
    assert musts["not_met"]
    assert musts["blocked"]
    said = f"{musts['not_met']} MUST not met, {musts['blocked']} not judged because of them"
    assert f"(file port.py): NOT conformant: {said}\n" in done.stdout
