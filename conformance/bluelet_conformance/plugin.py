"""The pytest plugin: the hooks that turn verdicts into the outcome of a run.

It is loaded wherever the distribution is installed, so it leaves other suites alone unless one of
its options is given.

A verdict is kept on the test's report, as JSON, and everything that is said at the end is made
from those reports: so it comes out the same where other processes ran the tests.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

import pytest

pytest.register_assert_rewrite("bluelet_spec.chapters")

from bluelet_spec import Level  # noqa: E402

from bluelet_conformance import (  # noqa: E402
    expectations,
    options,
    reports,
    summary,
)
from bluelet_conformance.collection import (  # noqa: E402
    INSTALLED,
    SUITE,
    ClauseItem,
    ClauseNotMet,
    ProgramsItem,
    Suite,
    names_the_suite,
    select,
)
from bluelet_conformance.expectations import recording  # noqa: E402
from bluelet_conformance.judging import machine, processes, registry  # noqa: E402
from bluelet_conformance.judging.failures import ACCOUNT, shortened  # noqa: E402
from bluelet_conformance.judging.judge import (  # noqa: E402
    BadImplementation,
    Judge,
)
from bluelet_conformance.judging.printable import (  # noqa: E402
    all_visible,
    in_a_line,
    visible,
)
from bluelet_conformance.judging.verdicts import NOT_RUN, Judgement, Verdict  # noqa: E402
from bluelet_conformance.programs.findings import Exploration, Finding  # noqa: E402
from bluelet_conformance.progress import Progress, is_watched  # noqa: E402

_OUTER_LIMIT = 300
"""Seconds for one clause with all that it presupposes; a net below the limits of `judge`."""

_IN_ORDER = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
"""The exit statuses of a run that came to its end, and found no fault."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    options.declare(parser)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Answer the options that only list something."""
    return 0 if options.listed(config) else None


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the options, and report what is wrong with them before anything runs."""
    if config.getoption("impl") and config.args_source != config.ArgsSource.ARGS:
        config.args = [str(SUITE)]  # Without a path, a port's author means the suite.
    config.args = select(config.args, pyargs=config.getoption("pyargs"))
    config.pluginmanager.register(Conformance(config), "bluelet_conformance_session")
    if is_watched(config, sys.stdout):
        config.pluginmanager.register(Progress(sys.stdout), "bluelet_conformance_progress")


class Conformance:
    """What one session of pytest knows about the implementations it judges."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.strict = options.is_strict(config)
        self._levels = reports.demanded(self.strict)
        self.results: dict[str, reports.Result] = {}
        self.is_worker = hasattr(config, "workerinput")
        self.has_workers = config.getoption("dist", "no") != "no"
        self.expected = expectations.Expectations()
        self.recording: recording.Recording | None = None
        self.unwritten: dict[Path, OSError] = {}
        try:
            names = dict.fromkeys(config.getoption("report"))
            self.targets = [reports.target(name) for name in names]
            self.earlier = {} if self.is_worker else reports.earlier(self.targets)
            self.candidates = registry.resolve(config.getoption("impl") or ["reference"])
            if config.getoption("expect") is not None:
                self.expected = expectations.read(Path(config.getoption("expect")))
            if config.getoption("write_expect") is not None:
                path = Path(config.getoption("write_expect"))
                self.recording = recording.Recording(path, self.expected.path)
            known = self.recording.known if self.recording else self.expected
            self.judge = Judge(known.unsupported, known.counterexamples)
            self.programs = known.programs
            if config.getoption("impl") and len(self.candidates) == 1 and not machine.unfit():
                self.judge.inspect(self.candidates[0])
        except (
            registry.UnknownImplementation,
            BadImplementation,
            expectations.BadExpectations,
            reports.BadTarget,
        ) as error:
            raise pytest.UsageError(visible(str(error))) from None
        for option in ("expect", "write_expect") if len(self.candidates) > 1 else []:
            if config.getoption(option):
                name = option.replace("_", "-")
                raise pytest.UsageError(
                    f"--{name} goes with one --impl: the failures are that one's."
                )

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect the suite."""
        if file_path.resolve() != SUITE.resolve():
            return None
        suite: Suite = Suite.from_parent(parent, path=file_path, nodeid=self._nodeid(file_path))
        suite.candidates, suite.judge = self.candidates, self.judge
        suite.programs = self.programs
        return suite

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Have clauses be judged ahead, where this process knows which."""
        if not (self.is_worker or self.has_workers or self.config.getoption("usepdb")):
            items = [each for each in session.items if isinstance(each, ClauseItem)]
            if not self.config.getoption("collectonly"):
                self.judge.expect([(each.clause, each.candidate) for each in items])
                for each in session.items:
                    if isinstance(each, ProgramsItem) and each.part == 0:
                        each.begin()

    def pytest_unconfigure(self) -> None:
        """End all processes."""
        self.judge.close()

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Let SIGTERM end a run of the suite as Ctrl-C does: in order, leaving nothing behind."""
        judges = any(names_the_suite(argument) for argument in self.config.args)
        if judges and current_thread() is main_thread():
            before = signal.signal(signal.SIGTERM, _terminate) or signal.SIG_DFL

            def restore() -> None:
                signal.signal(signal.SIGTERM, before)

            self.config.add_cleanup(restore)

    def pytest_keyboard_interrupt(self) -> None:
        """Have the workers end too; pytest-xdist would wait for what they are judging."""
        if current_thread() is main_thread():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # To be interrupted once is enough.
        if self.has_workers:
            for pid in processes.children(os.getpid()):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)

    def _nodeid(self, path: Path) -> str:
        """Return how the suite is called in pytest's output."""
        root = self.config.rootpath
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            return path.relative_to(root).as_posix()
        return INSTALLED

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Hang a net below the limits of the judge."""
        if isinstance(item, ClauseItem):
            item.add_marker(pytest.mark.timeout(_OUTER_LIMIT))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        """Turn a verdict into the outcome of a test."""
        test_report = yield
        if isinstance(item, ClauseItem | ProgramsItem):
            _make_visible(test_report)
        if call.when == "call" and isinstance(item, ProgramsItem):
            self._report_programs(item, test_report)
        if call.when != "call" or not isinstance(item, ClauseItem) or item.judgement is None:
            return test_report
        judgement = item.judgement
        told = {"implementation": item.candidate.name, **judgement.as_json()}
        test_report.bluelet = all_visible(told)
        expected = self.expected.verdicts.get(item.clause.id)
        if objection := self._objection(judgement):
            _object(test_report, objection)
        elif expected is not None and not judgement.machine:
            test_report.outcome, test_report.wasxfail = "skipped", f"expected: {expected}"
        elif test_report.failed and call.excinfo and call.excinfo.errisinstance(ClauseNotMet):
            self._soften(item, judgement, test_report)
        return test_report

    def _report_programs(self, item: ProgramsItem, test_report: Any) -> None:
        """Tell of what programs showed; it fails what is not expected, and has to be met."""
        if item.exploration is None:
            return
        found = item.exploration
        more = {"implementation": item.candidate.name, "scripts": found.scripts}
        test_report.bluelet_programs = all_visible({**found.as_json(), **more})
        new = [each for each in found.findings.values() if self._is_new(each)]
        if objection := self.expected.objection_to_programs(found.findings):
            _object(test_report, objection)
        elif test_report.failed and not any(each.level in self._levels for each in new):
            reason = "SHOULD not met" if new else f"expected: {', '.join(found.findings)}"
            test_report.outcome, test_report.wasxfail = "skipped", reason

    def _is_new(self, finding: Finding) -> bool:
        return finding.clause not in {*self.expected.verdicts, *self.expected.programs}

    def _objection(self, judgement: Judgement) -> str:
        """Return what a verdict has against the file; of what need not be met, only entries say."""
        if judgement.machine:
            return ""
        if judgement.clause in self.expected.verdicts or judgement.level in self._levels:
            return self.expected.objection(judgement)
        return ""

    def _soften(self, item: ClauseItem, judgement: Judgement, test_report: Any) -> None:
        """Let what is no failure of the port's not be a failure of the test."""
        if judgement.verdict in NOT_RUN or judgement.level == Level.MAY:
            test_report.outcome = "skipped"
            test_report.longrepr = (str(item.path), 0, visible(judgement.detail))
        elif judgement.level == Level.SHOULD and not self.strict:
            test_report.outcome, test_report.wasxfail = "skipped", "SHOULD not met"

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        """Name the outcomes that pytest has no name for."""
        found = getattr(report, "bluelet", None)
        if found is None or report.outcome != "skipped":
            return None
        if getattr(report, "wasxfail", "").startswith("expected"):
            return "xfailed", "x", (f"expected {found['verdict']}", {"yellow": True})
        if found["verdict"] == Verdict.BLOCKED:
            return "blocked", "b", ("BLOCKED", {"yellow": True})
        if found["verdict"] == Verdict.UNSUPPORTED:
            return "unsupported", "u", ("UNSUPPORTED", {"yellow": True})
        if found["level"] == Level.MAY:
            return "no choice seen", "?", ("NO CHOICE SEEN", {"yellow": True})
        return "SHOULD not met", "w", ("SHOULD NOT MET", {"yellow": True})

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Collect the verdicts, wherever they were found."""
        if programs := dict(getattr(report, "bluelet_programs", {})):
            name = programs.pop("implementation")
            found = Exploration.from_json(programs)
            if (before := self._result(name).exploration) is not None:
                found.add(before)
            self._result(name).exploration = found
        judged = dict(getattr(report, "bluelet", {}))
        if judged:
            self._result(judged.pop("implementation")).add(Judgement(**judged))

    def _result(self, name: str) -> reports.Result:
        if name not in self.results:
            [candidate] = [each for each in self.candidates if each.name == name]
            try:
                version = self.judge.inspect(candidate).version
            except BadImplementation:
                version = "unknown"
            self.results[name] = reports.Result(name, candidate.origin, version)
        return self.results[name]

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, Any, Any]:
        """Decide the exit status, and write the reports."""
        if not self.is_worker:
            results = self._in_order()
            unmet = any(self._fails(result) for result in results)
            nothing_ran = bool(results) and not any(self._says_anything(each) for each in results)
            if exitstatus == pytest.ExitCode.OK and (unmet or nothing_ran):
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            if exitstatus == pytest.ExitCode.OK and self._missed_the_suite(results):
                session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
            for path in self.targets if results else []:
                try:
                    reports.write(path, self._report())
                except OSError as error:
                    self.unwritten[path] = error
                    session.exitstatus = pytest.ExitCode.USAGE_ERROR
            came_to_its_end = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
            if self.recording and results and came_to_its_end:
                [result] = results
                self.recording.write(result.name, result.judged().values())
                if self.recording.failure:
                    session.exitstatus = pytest.ExitCode.USAGE_ERROR
        return (yield)

    def _missed_the_suite(self, results: list[reports.Result]) -> bool:
        """Return whether the command asks for judgement, and names nothing to judge by."""
        asking = ("impl", "expect", "write_expect", "report")
        asked = any(self.config.getoption(option) for option in asking)
        return asked and not results and not self.config.getoption("collectonly")

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        """Say in a few lines what came of it."""
        results = self._in_order()
        if results:
            terminalreporter.section("bluelet conformance")
            for line in summary.lines(self._report()):
                terminalreporter.line(line)
            for result in results:
                not_met = filter(self._is_not_met, result.judged().values())
                for line in summary.blockers(result, not_met):
                    terminalreporter.line(line)
            if not any(self._says_anything(result) for result in results):
                terminalreporter.line("nothing was judged, which is no success")
            for line in self.recording.lines() if self.recording else []:
                terminalreporter.line(in_a_line(line))
            for path in self.targets:
                error = self.unwritten.get(path)
                said = f"NOT written, {error.strerror}" if error else "written"
                terminalreporter.line(in_a_line(f"report: {path} {said}"))
        elif exitstatus in _IN_ORDER and self._missed_the_suite(results):
            deselecting = ("keyword", "markexpr", "deselect")
            if any(self.config.getoption(option) for option in deselecting):
                reason = "-k, -m or --deselect leaves none of those that the command names"
            else:
                reason = (
                    "the command names none; "
                    "leave the paths out, or add --pyargs bluelet_conformance"
                )
            terminalreporter.line(f"bluelet: no clause was judged: {reason}")

    def _report(self) -> reports.Report:
        results = self._in_order()
        changes = {
            result.name: reports.compare(
                self.earlier[result.name], result.judged(), result.exploration
            )
            for result in results
            if result.name in self.earlier
        }
        return reports.Report(results, self.strict, changes)

    def _in_order(self) -> list[reports.Result]:
        names = [candidate.name for candidate in self.candidates]
        return sorted(self.results.values(), key=lambda result: names.index(result.name))

    def _says_anything(self, result: reports.Result) -> bool:
        """Return whether a clause was judged, and not merely passed over."""
        ran = result.exploration is not None and result.exploration.programs > 0
        return ran or any(
            judgement.verdict not in NOT_RUN or judgement.clause in self.expected.verdicts
            for judgement in result.judgements.values()
        )

    def _fails(self, result: reports.Result) -> bool:
        """Return whether a clause is not met that neither a level nor the file allows for."""
        return any(
            any(map(self._is_not_met, result.unmet(level)))
            or any(map(self._is_new, result.findings(level)))
            or result.unjudged(level)
            for level in self._levels
        )

    def _is_not_met(self, judgement: Judgement) -> bool:
        """Return whether a clause is not met, and the file does not allow for that."""
        allowed = (Verdict.PASS, Verdict.UNSUPPORTED, self.expected.verdicts.get(judgement.clause))
        return judgement.verdict not in allowed


def _object(test_report: Any, objection: str) -> None:
    """Fail a test for what it has against the file of known failures."""
    shown = f"\n\n{test_report.longrepr}" if test_report.failed else ""
    test_report.outcome, test_report.longrepr = "failed", visible(objection) + shown


def _make_visible(test_report: Any) -> None:
    """Let what the port said and printed be seen, and do nothing to the terminal or the CI."""
    test_report.sections = [
        (title, visible(shortened(text, ACCOUNT))) for title, text in test_report.sections
    ]
    if isinstance(test_report.longrepr, str):
        test_report.longrepr = visible(test_report.longrepr)


def _terminate(signum: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # Another would cut short what this one ends.
    raise KeyboardInterrupt("SIGTERM")
