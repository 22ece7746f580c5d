"""The options of the command line.

Where pytest or another plugin of it has an option that serves, there is none of ours: `--strict` is
pytest's own, and `--hypothesis-seed` Hypothesis'.

They are declared in every run of pytest on this machine, so this module imports next to nothing.
"""

from __future__ import annotations

import pytest

EFFORTS = ("quick", "standard", "exhaustive")
"""What `--effort` takes; `programs.exploring` says how much each is."""

_ASKING = ("impl", "expect", "write_expect", "report")
"""The options that ask for a verdict."""


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
        choices=EFFORTS,
        default="quick",
        help="how many programs are run and compared with the model: 2,000 drawn ones (quick, "
        "the default), or as many as a minute has time for (standard), others with another "
        "--hypothesis-seed; or all up to a size (exhaustive), which takes several minutes",
    )
    group.addoption(
        "--list-impls", action="store_true", help="list the registered implementations, and exit"
    )
    group.addoption(
        "--list-clauses", action="store_true", help="list the clauses of the spec, and exit"
    )


def ask_for_a_verdict(config: pytest.Config) -> bool:
    """Return whether an option asks for a verdict."""
    return any(config.getoption(option) not in (None, []) for option in _ASKING)


def ask_for_a_list(config: pytest.Config) -> bool:
    """Return whether an option asks only for a list of something."""
    return bool(config.getoption("list_impls") or config.getoption("list_clauses"))


def is_strict(config: pytest.Config) -> bool:
    """Return whether `--strict` was given: an option that pytest has as well, for its own ends."""
    if getattr(config.option, "strict", False):
        return True
    return "strict=true" in (config.getoption("override_ini") or [])
