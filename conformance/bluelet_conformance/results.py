"""What a run has found out so far, by implementation.

It is made from the reports of the tests alone: with pytest-xdist, other processes ran them, and the
one that has the results has judged nothing.
"""

from __future__ import annotations

from typing import Any

from bluelet_conformance import reports
from bluelet_conformance.assignment import Assignment
from bluelet_conformance.judging.judge import BadImplementation, Judge
from bluelet_conformance.judging.servers import SuiteFailure
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_conformance.programs.findings import Exploration
from bluelet_conformance.reports import Report, Result


class Results:
    """The results of the implementations of which something was judged."""

    def __init__(self, assignment: Assignment, judge: Judge) -> None:
        self._assignment = assignment
        self._judge = judge
        self._by_name: dict[str, Result] = {}

    def add(self, test_report: Any) -> None:
        """Add what the report of a test tells, if it is one of ours."""
        if programs := dict(getattr(test_report, "bluelet_programs", {})):
            result = self._of(programs.pop("implementation"))
            found = Exploration.from_json(programs)
            if result.exploration is not None:
                found.add(result.exploration)
            result.exploration = found
        if failure := getattr(test_report, "bluelet_failure", None):
            self._of(failure["implementation"]).failed.append(failure["of"])
        if judged := dict(getattr(test_report, "bluelet", {})):
            result = self._of(judged.pop("implementation"))
            result.add(Judgement(**judged))
            if flaky := getattr(test_report, "bluelet_flaky", ""):
                result.flaky[judged["clause"]] = flaky

    def _of(self, name: str) -> Result:
        if name not in self._by_name:
            [candidate] = [each for each in self._assignment.candidates if each.name == name]
            try:
                version = self._judge.inspect(candidate).version
            except (BadImplementation, SuiteFailure):
                version = "unknown"
            self._by_name[name] = Result(name, candidate.origin, version)
        return self._by_name[name]

    def in_order(self) -> list[Result]:
        """Return the results in the order in which the implementations were named."""
        names = [candidate.name for candidate in self._assignment.candidates]
        return [self._by_name[name] for name in names if name in self._by_name]

    def report(self) -> Report:
        """Return them as what reports and the summary are made from."""
        results = self.in_order()
        changes = {
            result.name: reports.compare(earlier, result.judged(), result.exploration)
            for result in results
            if (earlier := self._assignment.earlier.get(result.name)) is not None
        }
        return Report(results, self._assignment.strict, changes)
