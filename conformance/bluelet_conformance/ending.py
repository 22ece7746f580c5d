"""The end of a run: its exit status, the files that it writes, and the last lines on the terminal.

The exit status is 0 only if something was judged, and the rules let all of it pass. That is decided
here as well as by the outcomes of the tests: a test that another plugin made pass, or that pytest
was told not to count, still fails the run. A file that cannot be written makes the command wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bluelet_conformance import options, reports, summary
from bluelet_conformance.assignment import Assignment
from bluelet_conformance.judging.printable import in_a_line
from bluelet_conformance.results import Results
from bluelet_conformance.rules import Rules

_IN_ORDER = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
"""The exit statuses of a run that came to its end, and found no fault."""


class Ending:
    """What is done, and said, when all tests are over."""

    def __init__(
        self, config: pytest.Config, assignment: Assignment, rules: Rules, results: Results
    ) -> None:
        self._config = config
        self._assignment = assignment
        self._rules = rules
        self._results = results
        self._unwritten: dict[Path, OSError] = {}

    def settle(self, session: pytest.Session, exitstatus: int) -> None:
        """Decide the exit status, and write the files."""
        results = self._results.in_order()
        unmet = any(self._rules.fail(result) for result in results)
        nothing_ran = bool(results) and not any(map(self._rules.says_anything, results))
        if exitstatus == pytest.ExitCode.OK and (unmet or nothing_ran):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if exitstatus == pytest.ExitCode.OK and self._missed_the_suite():
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        for path in self._assignment.targets if results else []:
            try:
                reports.write(path, self._results.report())
            except OSError as error:
                self._unwritten[path] = error
                session.exitstatus = pytest.ExitCode.USAGE_ERROR
        came_to_its_end = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        recording = self._assignment.recording
        if recording and results and came_to_its_end:
            [result] = results
            recording.write(result.name, result.judged().values())
            if recording.failure:
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def tell(self, terminal: Any, exitstatus: int) -> None:
        """Say in a few lines what came of it."""
        if self._results.in_order():
            terminal.section("bluelet conformance")
            for line in self._lines():
                terminal.line(line)
        elif exitstatus in _IN_ORDER and self._missed_the_suite():
            terminal.line(f"bluelet: no clause was judged: {self._why_it_was_missed()}")

    def _lines(self) -> Iterator[str]:
        results = self._results.in_order()
        yield from summary.lines(self._results.report())
        for result in results:
            not_met = filter(self._rules.is_not_met, result.judged().values())
            yield from summary.blockers(result, not_met)
            for clause, said in result.flaky.items():
                yield in_a_line(f"  {clause} on {result.name}: {said}")
        if not any(map(self._rules.says_anything, results)):
            yield "nothing was judged, which is no success"
        if self._assignment.recording:
            yield from map(in_a_line, self._assignment.recording.lines())
        for path in self._assignment.targets:
            error = self._unwritten.get(path)
            said = f"NOT written, {error.strerror}" if error else "written"
            yield in_a_line(f"report: {path} {said}")

    def _missed_the_suite(self) -> bool:
        """Return whether the command asks for judgement, and names nothing to judge by."""
        asked = options.ask_for_a_verdict(self._config)
        is_for_that = self._config.getoption("collectonly") or self._config.getoption("usepdb")
        return asked and not self._results.in_order() and not is_for_that

    def _why_it_was_missed(self) -> str:
        deselecting = ("keyword", "markexpr", "deselect")
        if any(self._config.getoption(option) for option in deselecting):
            return "-k, -m or --deselect leaves none of those that the command names"
        return "the command names none; leave the paths out, or add --pyargs bluelet_conformance"
