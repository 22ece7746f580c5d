"""The pytest plugin: where a run of pytest meets the suite.

It is loaded wherever the distribution is installed, by every run of pytest on that machine, most of
which have nothing to do with bluelet. So it imports next to nothing, and leaves other suites alone.
All that it does for itself is to find out whether a run is concerned with bluelet:

- one of its options asks for a verdict;
- an argument names the suite, a chapter or a clause;
- the suite is come upon in a directory that pytest goes through;
- a worker of pytest-xdist has come upon it, for whose reports the main process is responsible.

Then the session is begun, which is where the rest is imported.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import pytest

from bluelet_conformance import arguments, options

if TYPE_CHECKING:
    from bluelet_conformance.session import Conformance

_TERMINAL = pytest.StashKey[TextIO]()
"""What the run prints to: while tests are collected, `sys.stdout` is not that."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    options.declare(parser)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Answer the options that only list something."""
    if not options.ask_for_a_list(config):
        return None
    from bluelet_conformance import listing

    listing.print_lists(config)
    return 0


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin the session, if the command is about it, and so tell what is wrong with the options."""
    if config.getoption("usepdb"):  # Else no clause runs in this process.
        pytest.register_assert_rewrite("bluelet_spec.chapters")
    if config.getoption("impl") and config.args_source != config.ArgsSource.ARGS:
        config.args = [str(arguments.SUITE)]  # Without a path, a port's author means the suite.
    config.args = arguments.select(config.args, pyargs=config.getoption("pyargs"))
    config.stash[_TERMINAL] = sys.stdout
    if options.ask_for_a_verdict(config) or any(map(arguments.names_the_suite, config.args)):
        _session(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the suite."""
    suite = arguments.SUITE
    if file_path.name != suite.name or file_path.resolve() != suite.resolve():
        return None
    return _session(parent.config).collect(file_path, parent)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist by which process it is started."""
    from bluelet_conformance import signals

    signals.introduce_main(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Begin the session, if a worker has come upon the suite."""
    if any(f"{arguments.SUITE.name}::" in each for each in ids):
        _session(node.config)


def _session(config: pytest.Config) -> Conformance:
    """Return the session, which is begun if it is not yet.

    Raises:
        pytest.UsageError: the options are wrong.
    """
    from bluelet_conformance import session

    return session.begun(config, config.stash[_TERMINAL])
