"""The options of the command line, and the answers to those that only list something.

Where pytest or another plugin of it has an option that serves, there is none of ours: `--strict` is
pytest's own, and `--hypothesis-seed` Hypothesis'.
"""

from __future__ import annotations

import sys

import pytest
from bluelet_spec import clauses

from bluelet_conformance.judging import registry
from bluelet_conformance.judging.printable import visible
from bluelet_conformance.programs.exploring import EFFORTS


def declare(parser: pytest.Parser) -> None:
    """Add the options to those of pytest."""
    group = parser.getgroup(
        "bluelet conformance", "bluelet conformance: judge implementations, clause by clause"
    )
    group.addoption(
        "--impl",
        action="append",
        default=[],
        metavar="NAME",
        help="judge NAME: a registered name, package.module[:attribute], or a path to a .py file; "
        "'all' for all that are registered; repeatable (default: reference). In place of a file, "
        "give a chapter (join) or a clause (join.after-finish) to judge that alone. With --strict, "
        "a SHOULD that is not met fails, too.",
    )
    group.addoption(
        "--expect",
        metavar="FILE",
        help="TOML file of known failures: the run passes if the verdicts are those, and fails if "
        "one is worse, or better",
    )
    group.addoption(
        "--write-expect",
        metavar="FILE",
        help="write what the run finds to be not met to FILE, for --expect, with reasons to be "
        "filled in; if FILE is there, its reasons, links and comments stay",
    )
    group.addoption(
        "--report",
        action="append",
        default=[],
        metavar="FILE",
        help="write a report to FILE: .json for tools, .md for a pull request, .html to read, .svg "
        "for a badge; repeatable. A FILE.json of an earlier run is replaced, and the run tells "
        "what changed.",
    )
    group.addoption(
        "--effort",
        choices=list(EFFORTS),
        default="quick",
        help="how many programs are run and compared with the model: drawn ones for a few seconds "
        "(quick, the default) or a minute (standard), others with another --hypothesis-seed; or "
        "all up to a size (exhaustive), which takes a quarter of an hour, half of it with -n 2",
    )
    group.addoption(
        "--list-impls", action="store_true", help="list the registered implementations, and exit"
    )
    group.addoption(
        "--list-clauses", action="store_true", help="list the clauses of the spec, and exit"
    )


def listed(config: pytest.Config) -> bool:
    """Print what an option asks to be listed; return whether one does."""
    if config.getoption("list_impls"):
        for candidate in registry.registered().values():
            show(f"{candidate.name}  ({candidate.origin})")
        return True
    if config.getoption("list_clauses"):
        for clause in clauses().values():
            show(f"{clause.id}  {clause.level}\n    {clause.sentence}")
        return True
    return False


def show(text: str, end: str = "\n") -> None:
    """Print what may hold a port's text, on any terminal."""
    encoding = sys.stdout.encoding
    print(visible(text).encode(encoding, "backslashreplace").decode(encoding), end=end)


def is_strict(config: pytest.Config) -> bool:
    """Return whether `--strict` was given: an option that pytest has as well, for its own ends."""
    if getattr(config.option, "strict", False):
        return True
    return "strict=true" in (config.getoption("override_ini") or [])
