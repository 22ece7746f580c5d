"""The outcomes of tests: what pytest says of a clause that has its verdict.

A verdict is kept on the test's report, as JSON, and everything that is said at the end is made
from those reports: so it comes out the same where other processes ran the tests.

pytest knows a test that passed, failed or was skipped. A clause that is not met fails its test if
it is demanded. One that was expected not to be met is an expected failure; all else that is no
failure of the port's counts as skipped, under a name of its own.
"""

from __future__ import annotations

from typing import Any

import pytest
from bluelet_spec import Level

from bluelet_conformance.arguments import PROGRAMS
from bluelet_conformance.collection import ClauseItem, ClauseNotMet, ProgramsItem
from bluelet_conformance.judging.failures import ACCOUNT, shortened
from bluelet_conformance.judging.printable import all_visible, visible
from bluelet_conformance.judging.servers import SuiteFailure
from bluelet_conformance.judging.verdicts import NOT_RUN, Judgement, Verdict
from bluelet_conformance.rules import Rules


def settle(item: pytest.Item, call: pytest.CallInfo[None], test_report: Any, rules: Rules) -> None:
    """Turn what an item found into the outcome of its test."""
    if not isinstance(item, ClauseItem | ProgramsItem):
        return
    _make_visible(test_report)
    if call.when != "call":
        return
    if call.excinfo and call.excinfo.errisinstance(SuiteFailure):
        what = PROGRAMS if isinstance(item, ProgramsItem) else item.clause.id
        test_report.bluelet_failure = {"implementation": item.candidate.name, "of": what}
    elif isinstance(item, ProgramsItem):
        _settle_programs(item, test_report, rules)
    elif item.judgement is not None:
        _settle_clause(item, item.judgement, call, test_report, rules)


def _settle_clause(
    item: ClauseItem,
    judgement: Judgement,
    call: pytest.CallInfo[None],
    test_report: Any,
    rules: Rules,
) -> None:
    told = {"implementation": item.candidate.name, **judgement.as_json()}
    test_report.bluelet = all_visible(told)
    expected = rules.expected.verdicts.get(item.clause.id)
    test_report.bluelet_flaky = flaky = rules.expected.is_flaky(judgement)
    if objection := rules.objection(judgement):
        _object(test_report, objection)
    elif flaky:
        if test_report.failed:
            _excuse(test_report, flaky)
    elif expected is not None and test_report.failed and not judgement.hindrance:
        _excuse(test_report, f"expected: {expected}")
    elif test_report.failed and call.excinfo and call.excinfo.errisinstance(ClauseNotMet):
        if judgement.verdict in NOT_RUN or judgement.level == Level.MAY:
            test_report.outcome = "skipped"
            test_report.longrepr = (str(item.path), 0, visible(judgement.detail))
        elif judgement.level == Level.SHOULD and not rules.strict:
            _excuse(test_report, "SHOULD not met")


def _settle_programs(item: ProgramsItem, test_report: Any, rules: Rules) -> None:
    if item.exploration is None:
        return
    found = item.exploration
    more = {"implementation": item.candidate.name, "scripts": found.scripts}
    test_report.bluelet_programs = all_visible({**found.as_json(), **more})
    if objection := rules.expected.objection_to_programs(found.findings):
        _object(test_report, objection)
    elif test_report.failed and (reason := rules.excuse(found)):
        _excuse(test_report, reason)


def _make_visible(test_report: Any) -> None:
    """Let what the port said and printed be seen, and do nothing to the terminal or the CI."""
    test_report.sections = [
        (title, visible(shortened(text, ACCOUNT))) for title, text in test_report.sections
    ]
    if isinstance(test_report.longrepr, str):
        test_report.longrepr = visible(test_report.longrepr)


def _object(test_report: Any, objection: str) -> None:
    """Fail a test for what it has against the file of known failures."""
    shown = f"\n\n{test_report.longrepr}" if test_report.failed else ""
    test_report.outcome, test_report.longrepr = "failed", visible(objection) + shown


def _excuse(test_report: Any, reason: str) -> None:
    """Let a test be an expected failure."""
    test_report.outcome, test_report.wasxfail = "skipped", reason


def named(test_report: Any) -> tuple[str, str, Any] | None:
    """Return an outcome that pytest has no name for: its category, its letter and its word."""
    found = getattr(test_report, "bluelet", None)
    flaky = getattr(test_report, "bluelet_flaky", "")
    if found is not None and flaky and test_report.outcome != "failed":
        letter = "." if test_report.outcome == "passed" else "x"
        return flaky, letter, (flaky.upper(), {"yellow": True})
    if found is None or test_report.outcome != "skipped":
        return None
    if getattr(test_report, "wasxfail", "").startswith("expected"):
        return "xfailed", "x", (f"expected {found['verdict']}", {"yellow": True})
    if found["verdict"] == Verdict.BLOCKED:
        return "blocked", "b", ("BLOCKED", {"yellow": True})
    if found["verdict"] == Verdict.UNSUPPORTED:
        return "unsupported", "u", ("UNSUPPORTED", {"yellow": True})
    if found["level"] == Level.MAY:
        return "no choice seen", "?", ("NO CHOICE SEEN", {"yellow": True})
    return "SHOULD not met", "w", ("SHOULD NOT MET", {"yellow": True})
