"""What programs have shown, in every report."""

from __future__ import annotations

import html
import json
from pathlib import Path

import bluelet_conformance.reports
import jsonschema
import pytest
from bluelet_conformance.findings import Exploration, Finding
from bluelet_conformance.reports import Report, badge, data, markdown, page
from bluelet_spec import Level
from support import result

SCHEMA = Path(bluelet_conformance.reports.__file__).with_name("report.schema.json")

FINDING = Finding(
    clause="kill.ready",
    level="MUST",
    program={"root": [["spawn", "a"], ["kill", "a"]], "a": [["null"]]},
    trace=[["root", 0, "begins"], ["root", 1, "goes on"], ["a", 0, "begins"]],
    ending="returns",
    at=2,
    allowed=["root 2 gets None"],
    script="print('<the script>')\n",
)


def report(*findings: Finding) -> Report:
    """Return a report on one implementation that meets every clause, but for those findings."""
    found = result()
    found.exploration = Exploration(
        "quick", 7, programs=2000, findings={each.clause: each for each in findings}
    )
    return Report([found], strict=True)


@pytest.mark.parametrize("findings", [[], [FINDING]], ids=["none", "one"])
def test_the_json_is_what_the_schema_says(findings: list[Finding]) -> None:
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    made = json.loads(data.render(report(*findings)))
    schema.validate(made)
    [found] = made["implementations"]
    assert found["conformant"] is not bool(findings)
    assert [each["clause"] for each in found["programs"]["findings"]] == [
        each.clause for each in findings
    ]
    found["programs"]["more"] = 1
    assert not schema.is_valid(made)


def test_a_fault_is_told_in_markdown_and_on_the_page() -> None:
    for render in (markdown.render, page.render):
        text = html.unescape(render(report(FINDING)))
        assert "A thread killed while it is ready to run MUST NOT run again." in text
        assert "yield bluelet.kill(the.a)" in text
        assert "a 0 begins" in text
        assert "root 2 gets None" in text
    assert "print('<the script>')" in html.unescape(page.render(report(FINDING)))
    assert "<the script>" not in page.render(report(FINDING))


def test_that_there_is_no_fault_is_told_on_the_page() -> None:
    assert "2000 run (effort quick, seed 7), all as the model allows" in page.render(report())


def test_a_clause_that_a_program_shows_not_to_be_met_is_not_met() -> None:
    found = report(FINDING).results[0]
    assert found.not_met(Level.MUST) == ["kill.ready"]
    assert found.standing("kill") == "1 MUST not met"
    assert found.headline(strict=False) == "NOT conformant"
    assert "conformant" not in badge.render(report(FINDING)).replace("not conformant", "")
