"""A session of pytest that is concerned with bluelet: what it knows, and the hooks that use it.

It is begun where it is first needed, by `begun`. That is mostly before anything runs, so that what
is wrong with the options is told then; but it can be as late as when the suite is come upon, or
when a worker of pytest-xdist has come upon it.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, TextIO

import pytest

from bluelet_conformance import assignment, outcomes, signals
from bluelet_conformance.arguments import name_of_the_suite, names_the_suite
from bluelet_conformance.collection import ClauseItem, ProgramsItem, Suite
from bluelet_conformance.ending import Ending
from bluelet_conformance.judging import machine
from bluelet_conformance.judging.judge import BadImplementation, Judge
from bluelet_conformance.judging.printable import visible
from bluelet_conformance.judging.servers import SuiteFailure
from bluelet_conformance.listing import show
from bluelet_conformance.progress import Progress, is_watched
from bluelet_conformance.results import Results
from bluelet_conformance.rules import Rules

_NAME = "bluelet_conformance_session"

_OUTER_LIMIT = 300
"""Seconds for one clause with all that it presupposes; a net below the limits of `judge`."""


def begun(config: pytest.Config, terminal: TextIO) -> Conformance:
    """Return the one of this session of pytest, which is begun if it is not yet.

    Raises:
        pytest.UsageError: the options are wrong.
    """
    found = config.pluginmanager.get_plugin(_NAME)
    if found is None:
        found = Conformance(config)
        config.pluginmanager.register(found, _NAME)
        if is_watched(config, terminal):
            progress = Progress(terminal, config)
            config.pluginmanager.register(progress, "bluelet_conformance_progress")
    assert isinstance(found, Conformance)
    return found


class Conformance:
    """What one session of pytest knows about the implementations it judges."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._is_worker = hasattr(config, "workerinput")
        self._has_workers = config.getoption("dist", "no") != "no"
        if self._is_worker:
            signals.go_down_with_main(config)
        self._assignment = assignment.read(config)
        known = self._assignment.known
        self.judge = Judge(known.unsupported, known.counterexamples)
        config.add_cleanup(self.judge.close)
        self._inspect_the_only_one()
        self._rules = Rules(self._assignment.expected, self._assignment.strict)
        self._results = Results(self._assignment, self.judge)
        self._ending = Ending(config, self._assignment, self._rules, self._results)

    def _inspect_the_only_one(self) -> None:
        """Say at once that an implementation cannot be judged, if no other is judged beside it."""
        candidates = self._assignment.candidates
        if self._config.getoption("impl") and len(candidates) == 1 and not machine.unfit():
            try:
                show(self.judge.inspect(candidates[0]).printed, end="")
            except (BadImplementation, SuiteFailure) as error:
                show(getattr(error, "printed", ""), end="")
                raise pytest.UsageError(visible(str(error))) from None

    def pytest_sessionstart(self) -> None:
        """Let SIGTERM end the run as Ctrl-C does, if it is about the suite."""
        if any(map(names_the_suite, self._config.args)):
            signals.let_sigterm_interrupt(self._config)

    def collect(self, path: Path, parent: pytest.Collector) -> Suite:
        """Return the suite, which is at `path`, to be collected."""
        signals.let_sigterm_interrupt(self._config)
        name = name_of_the_suite(path, self._config.rootpath)
        suite: Suite = Suite.from_parent(parent, path=path, nodeid=name)
        suite.candidates, suite.judge = self._assignment.candidates, self.judge
        suite.programs = self._assignment.known.programs
        suite.expected = frozenset(self._assignment.known.verdicts)
        return suite

    def pytest_keyboard_interrupt(self) -> None:
        """Have the workers end too."""
        signals.have_been_interrupted(self._has_workers)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Hang a net below the limits of the judge."""
        if isinstance(item, ClauseItem) and self._config.pluginmanager.has_plugin("timeout"):
            item.add_marker(pytest.mark.timeout(_OUTER_LIMIT))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Tell the judge what it will be asked, where this process is the one to ask it.

        With workers, the one that judges a clause is not known before it does.
        """
        option = self._config.option
        has_errors = session.testsfailed and not option.continue_on_collection_errors
        elsewhere = self._is_worker or self._has_workers or option.usepdb
        if not (elsewhere or option.collectonly or has_errors):
            items = [item for item in session.items if isinstance(item, ClauseItem)]
            self.judge.expect([(item.clause, item.candidate) for item in items])
            for each in session.items:
                if isinstance(each, ProgramsItem) and each.part == 0:
                    each.begin()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        """Turn a verdict into the outcome of a test."""
        test_report = yield
        outcomes.settle(item, call, test_report, self._rules)
        return test_report

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        """Name the outcomes that pytest has no name for."""
        return outcomes.named(report)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Collect the verdicts, wherever they were found."""
        self._results.add(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, Any, Any]:
        """Decide the exit status, and write the reports."""
        if not self._is_worker:
            self._ending.settle(session, exitstatus)
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        """Say in a few lines what came of it."""
        self._ending.tell(terminalreporter, exitstatus)
