"""Progress, where a run is watched: which clause on which implementation, and how many are left.

On a terminal one line that is written over and over takes the place of pytest's dots, which say
less. It stands to the right of the cursor, and the cursor stays where it is: so whatever pytest
writes next is written as if there were no such line, which only has to be erased before.

There is none where nobody watches (a file, a pipe), where the terminal cannot do this, with `-v`,
which tells more, and with `-s`, where the port prints.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any, TextIO

import pytest
from bluelet_spec import clauses

from bluelet_conformance.arguments import PROGRAMS
from bluelet_conformance.judging.verdicts import NOT_RUN, Verdict

_REMEMBER, _RETURN, _ERASE = "\x1b7", "\x1b8", "\x1b[K"
_CUT, _WRAP = "\x1b[?7l", "\x1b[?7h"
"""Whether a text that is too wide is cut off, or goes on in the next line."""


def is_watched(config: pytest.Config, terminal: TextIO) -> bool:
    """Return whether there is somebody to tell, and `terminal` can do it."""
    return (
        terminal.isatty()
        and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
        and config.get_verbosity() <= 0
        and config.getoption("capture") != "no"
        and config.pluginmanager.has_plugin("terminalreporter")
    )


class Progress:
    """The line, as a plugin."""

    def __init__(self, terminal: TextIO, config: pytest.Config) -> None:
        self._terminal = terminal
        self._plugins = config.pluginmanager
        self._clause = ""
        self._done = 0
        self._unmet = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logstart(
        self, location: tuple[str, int | None, str]
    ) -> Generator[None, None, None]:
        """Name the clause."""
        self._erase()
        yield
        clause, _, implementation = location[2].partition(" on ")
        ours = clause in clauses() or clause == PROGRAMS
        self._clause = location[2] if implementation and ours else ""
        self._draw()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        """Count the verdict, and make way for what pytest writes."""
        self._erase()
        yield
        verdict = getattr(report, "bluelet", {}).get("verdict", Verdict.PASS)
        self._unmet += verdict not in (Verdict.PASS, *NOT_RUN)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logfinish(self) -> Generator[None, None, None]:
        """Count the test."""
        self._done += 1
        self._erase()
        yield
        self._draw()

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Generator[None, Any, Any]:
        """Leave out the letter of a clause."""
        status = yield
        return (status[0], "", status[2]) if hasattr(report, "bluelet") else status

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Be gone."""
        self._erase()

    def tell(self, what: str) -> None:
        """Say how far a test is that takes long."""
        self._erase()
        self._draw(f": {what}")

    def _draw(self, more: str = "") -> None:
        session = self._plugins.get_plugin("session")
        left = session.testscollected - self._done if session else 0
        if self._clause and left > 0:
            unmet = f", {self._unmet} not met so far" if self._unmet else ""
            line = f"{self._clause}{more}, {left} left{unmet}"
            self._write(f"{_REMEMBER}{_CUT}{line}{_RETURN}{_WRAP}")

    def _erase(self) -> None:
        self._write(_ERASE)

    def _write(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()
