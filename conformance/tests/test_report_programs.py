"""What drawn programs showed, in the reports."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from bluelet_conformance import summary
from bluelet_conformance.programs.exploring import EFFORTS
from bluelet_conformance.programs.findings import Exploration, Finding
from bluelet_conformance.reports import Report, Result, badge, markdown, page
from bluelet_conformance.reports.data import as_json
from bluelet_spec import Level, clauses
from bluelet_spec.programs.language import VOCABULARY
from support import Port, Run, result
from test_report import SCHEMA, schema
from test_report_files import Page, all_broken

PROGRAM = {"root": [["spawn", "a"], ["finally", [["sleep", 2]], [["log"]]]], "a": [["null"]]}


def finding(clause: str = "kill.ready", **fields: Any) -> Finding:
    """Return a fault whose program shows what it does not in fact show."""
    trace: list[Any] = [["root", 0, "begins"], ["root", 1, "goes on"], ["a", 0, "begins"]]
    made: dict[str, Any] = {
        "clause": clause,
        "level": str(clauses()[clause].level),
        "program": PROGRAM,
        "trace": trace,
        "ending": "returns",
        "at": 3,
        "allowed": ["a 1 gets None", "root 3 wakes"],
        "script": "print('<by itself>')\n",
    }
    return Finding(**{**made, **fields})


def explored(found: Result, *findings: Finding) -> Result:
    """Return a result whose programs showed some faults."""
    by_clause = {each.clause: each for each in findings}
    found.exploration = Exploration("quick", 7, 2000, by_clause)
    return found


def faulty(**verdicts: str) -> Result:
    return explored(result(**verdicts), finding("kill.finished-thread"), finding())


def clean() -> Result:
    return explored(result("other"))


# JSON


def test_the_schema_holds_for_programs_with_and_without_faults() -> None:
    report = json.loads(json.dumps(as_json(Report([faulty(), clean(), result("none")], True))))
    schema().validate(report)
    one, other, none = report["implementations"]
    assert [each["clause"] for each in one["programs"]["findings"]] == [
        "kill.finished-thread",
        "kill.ready",
    ]
    nothing: dict[str, Any] = {"findings": [], "lost": [], "without": [], "left_out": ""}
    assert other["programs"] == {"effort": "quick", "seed": 7, "programs": 2000, **nothing}
    assert "programs" not in none
    assert [each["conformant"] for each in (one, other, none)] == [False, True, True]
    one["programs"]["more"] = 1
    assert not schema().is_valid(report)


def test_the_schema_knows_every_statement_and_effort() -> None:
    definitions = json.loads(SCHEMA.read_text())["$defs"]
    words = definitions["statement"]["prefixItems"][0]["enum"]
    assert words == [each.word for each in VOCABULARY]
    assert definitions["exploration"]["properties"]["effort"]["enum"] == list(EFFORTS)
    assert set(definitions["finding"]["required"]) == asdict(finding()).keys()
    statement = jsonschema.Draft202012Validator({"$ref": "#/$defs/statement", "$defs": definitions})
    assert statement.is_valid(["sendall", "p", "a\n"])
    assert not statement.is_valid(["sendall", "p", "a b"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"clause": "kill"},
        {"level": "MAY"},
        {"program": {"a": []}},
        {"program": {"root": [["nil"]]}},
        {"program": {"root": [["null"]], "1": []}},
        {"trace": [["root", 0]]},
        {"trace": [["root", "0", "begins"]]},
        {"trace": [["root", 0, "begins", 1]]},
        {"ending": None},
        {"at": -1},
        {"allowed": "a 1 gets None"},
        {"script": ""},
        {"more": 1},
    ],
    ids=str,
)
def test_the_schema_refuses_what_is_no_fault(wrong: dict[str, Any]) -> None:
    report = json.loads(json.dumps(as_json(Report([faulty()], strict=False))))
    assert schema().is_valid(report)
    report["implementations"][0]["programs"]["findings"][1] |= wrong
    assert not schema().is_valid(report)


def test_a_run_writes_what_programs_showed(suite: Run, port: Port, tmp_path: Any) -> None:
    option = port(
        "import bluelet_reference as _own\n"
        "def sleep(duration): return _own.null() if duration > 0 else _own.sleep(duration)\n"
    )
    done = suite(option, "--impl=reference", "--report=a.json", "--report=a.html", "programs")
    assert done.returncode == 1, done.stdout
    report = json.loads((tmp_path / "a.json").read_text())
    schema().validate(report)
    one, other = (each["programs"] for each in report["implementations"])
    assert one["findings"]
    assert other["findings"] == []
    Page((tmp_path / "a.html").read_text())


# Verdicts, the badge


def test_a_clause_that_a_program_departs_from_is_not_met_whatever_its_verdict() -> None:
    found = faulty(kill_ready="fail", join_after_finish="spin")
    assert found.count(Level.MUST).not_met == 2
    assert found.standing("kill") == "1 MUST, 1 SHOULD not met"
    assert found.standing("") == "2 MUST, 1 SHOULD not met"
    assert faulty().headline(strict=False).startswith("NOT conformant")
    assert explored(Result("port", "", ""), finding()).standing("kill") == "1 MUST not met"
    assert clean().standing("") == "all met"
    late_first = explored(result(), finding(), finding("end.runs-finally"))
    ordered = [each.clause for each in late_first.findings(Level.MUST)]
    assert ordered == ["end.runs-finally", "kill.ready"]


@pytest.mark.parametrize(
    ("found", "strict", "words"),
    [
        (faulty(), False, "1 MUST not met"),
        (explored(Result("port", "", ""), finding()), False, "1 MUST not met"),
        (explored(result(), finding("kill.finished-thread")), True, "1 SHOULD not met"),
        (explored(result(), finding("kill.finished-thread")), False, "conformant"),
        (clean(), False, "conformant"),
    ],
)
def test_a_badge_counts_what_programs_showed(found: Result, strict: bool, words: str) -> None:
    drawn = ET.fromstring(badge.render(Report([found], strict)))
    assert drawn.attrib["aria-label"] == f"bluelet: {words}"


# HTML


def test_a_page_shows_faults_must_first_and_how_to_see_them_again() -> None:
    text = page.render(Report([result("none"), faulty(), clean()], strict=False))
    found = Page(text)
    assert len(found.ids) == len(set(found.ids))
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert "<p>2000 run (effort quick, seed 7), all as the model allows.</p>" in text
    assert "<p>2000 run (effort quick, seed 7), faults against 2 clauses.</p>" in text
    assert "pytest programs --impl=port --effort=quick --hypothesis-seed=7" in text
    faults = re.findall(r'id="fault=(\S+)" data-chapter="(\w+)" data-level="(\w+)"', text)
    assert faults == [
        ("1:kill.ready", "kill", "MUST"),
        ("1:kill.finished-thread", "kill", "SHOULD"),
    ]
    [fault] = re.findall(r'(?s)id="fault=1:kill.ready"(.*?)</details></details>', text)
    assert "A thread killed while it is ready to run MUST NOT go on." in fault
    assert "root 0 begins\nroot 1 goes on\na 0 begins\nrun returns</pre>" in fault
    assert "a 1 gets None or root 3 wakes</pre>" in fault
    assert "yield bluelet.spawn(the.a)" in fault
    assert "[&quot;spawn&quot;, &quot;a&quot;]" in fault
    assert "print(&#x27;&lt;by itself&gt;&#x27;)" in fault


def test_a_clause_on_a_page_says_that_a_program_departs() -> None:
    text = page.render(Report([faulty(), clean()], strict=False))
    [row] = re.findall('<tr id="clause=kill.ready".*</tr>', text)
    one, other = re.findall("<td.*?</td>", row)
    assert '</span> pass<br><a href="#fault=0:kill.ready">a program departs</a>' in one
    assert "departs" not in other


def test_a_page_without_programs_or_without_clauses_has_no_empty_table() -> None:
    assert 'id="programs"' not in page.render(Report([result()], strict=False))
    text = page.render(Report([explored(Result("port", "", ""), finding())], strict=False))
    found = Page(text)
    assert "table" not in found.tags
    assert found.links == ["#clauses"]
    assert "No clause was judged." in text


def test_names_of_implementations_are_no_markup_beside_programs() -> None:
    odd = explored(Result("<b>`|", "", ""), finding())
    for text in (page.render(Report([odd], False)), markdown.render(Report([odd], False))):
        quoted = re.sub("(?s)```.*?```", "", text)
        assert "<b>" not in quoted


# Markdown


def test_a_comment_tells_the_faults_of_programs() -> None:
    text = markdown.render(Report([faulty(), clean()], strict=False))
    assert "; programs: 2000 run (effort quick, seed 7), faults against 2 clauses\n" in text
    assert "; programs: 2000 run (effort quick, seed 7), all as the model allows\n" in text
    assert text.count("### Programs on") == 1
    assert "```sh\npytest programs --impl=port --effort=quick --hypothesis-seed=7\n```" in text
    faults = re.findall(r"(?s)<summary><code>(\S+)</code>, (\w+)</summary>(.*?)</details>", text)
    assert [fault[:2] for fault in faults] == [
        ("kill.ready", "MUST"),
        ("kill.finished-thread", "SHOULD"),
    ]
    told = faults[0][2]
    assert "**MUST**: A thread killed while it is ready to run MUST NOT go on." in told
    assert "```python\nroot:\n" in told
    assert "a 0 begins\nrun returns\n```" in told
    assert "a 1 gets None or root 3 wakes" in told
    assert json.dumps(PROGRAM) in told
    assert "no room" not in text


def test_faults_of_programs_leave_room_for_the_clauses_and_what_has_none_is_named() -> None:
    every = [finding(one.id) for one in clauses().values() if one.level is not Level.MAY]
    broken = [explored(all_broken(), *every) for _ in range(3)]
    text = markdown.render(Report(broken, strict=True))
    assert 50_000 < len(text) < 65_536
    clauses_part, *faults = text.split("### Programs on port\n")
    assert len(faults) == 3
    assert len(clauses_part) > 20_000
    assert all(5_000 < len(part) < 15_000 for part in faults)
    assert "more faults, for which there is no room here." in faults[0]
    some = markdown.render(Report([explored(result(), *every[:100])], strict=True))
    assert "\n- `" in some
    assert "<details><summary><code>" in some
    assert "Where a program is missing, there is no room for it" in some
    assert all(each.clause in some for each in every[:100])


# The terminal


def test_a_run_of_programs_only_has_no_empty_matrix() -> None:
    named = explored(Result("port", "", ""), finding()), explored(Result("other", "", ""))
    lines = summary.lines(Report([*named], strict=False))
    assert ["port", "other"] not in [line.split() for line in lines]
    assert "| chapter |" not in markdown.render(Report([*named], strict=False))
    judged = summary.lines(Report([faulty(), clean()], strict=False))
    assert ["port", "other"] in [line.split() for line in judged]


def test_the_summary_has_a_line_for_each_fault_must_first() -> None:
    one = {"root": [["null"]]}
    found = explored(result(), finding("kill.finished-thread", program=one), finding())
    folder = Path(".pytest_cache/d/bluelet-programs")
    shown = found.exploration
    assert shown is not None
    shown.scripts = {each: str(folder / f"{each}.py") for each in shown.findings}
    lines = list(summary.lines(Report([found, clean()], strict=False)))
    first = lines.index("  programs: 2000 run (effort quick, seed 7), faults against 2 clauses")
    assert lines[first + 1 : first + 4] == [
        "    MUST   kill.ready            5 statements",
        "    SHOULD kill.finished-thread  1 statement",
        f"    one by itself: python {folder}/CLAUSE.py",
    ]
    assert "  programs: 2000 run (effort quick, seed 7), all as the model allows" in lines
    del shown.scripts["kill.ready"]
    assert "by itself" not in "".join(summary.lines(Report([found], False)))
    assert "by itself" not in "".join(summary.lines(Report([clean()], False)))


def test_the_summary_of_faults_fits_into_a_terminal_of_80_columns() -> None:
    every = [finding(one.id) for one in clauses().values() if one.level is not Level.MAY]
    found = explored(Result("port", "", ""), *every)
    assert all(len(line) <= 80 for line in summary.lines(Report([found], strict=False)))


def test_what_was_seen_is_shown_from_a_few_entries_before_the_fault() -> None:
    trace = [["root", number, "logs"] for number in range(20)]
    assert finding(trace=trace, at=12).seen() == [
        "…",
        *(f"root {number} logs" for number in range(4, 13)),
    ]
    assert finding(trace=trace[:3]).seen()[-1] == "run returns"
    assert finding(allowed=[]).due() == "nothing of it"
