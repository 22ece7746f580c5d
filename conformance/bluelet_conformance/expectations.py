"""Known failures: what a port is expected not to meet, kept in a file beside it.

The file is TOML, an `[[expect]]` table for each clause:

    [[expect]]
    clause = "join.after-finish"
    verdict = "spin"
    reason = "the scheduler forgets finished threads, and then waits for them"
    link = "https://…"    # may be left out

It is strict both ways. A clause that fails otherwise than the file says fails the run, and so does
one that passes although the file says that it does not; a clause that does not exist is an error.
So the file is always what the run shows.

A verdict that differs between versions of Python can say for which it holds, as
`python = ">=3.12"`; for the others the entry is not there.
"""

from __future__ import annotations

import platform
import tomllib
from pathlib import Path
from typing import Any

from bluelet_spec import clauses
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from bluelet_conformance.judge import Verdict

_TO_EXPECT = [Verdict.FAIL, Verdict.HANG, Verdict.SPIN, Verdict.CRASH, Verdict.BLOCKED]
_KEYS = {"clause", "verdict", "reason", "link", "python"}


class BadExpectations(ValueError):
    """A file of expectations that cannot be used; the message says why."""


def read(path: Path) -> dict[str, str]:
    """Return the expected verdicts in the file at `path`, by clause.

    Raises:
        BadExpectations: it cannot be read, or says what cannot be.
    """
    try:
        table = tomllib.loads(path.read_text())
    except OSError as error:
        raise BadExpectations(f"cannot read {path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadExpectations(f"{path} is not TOML: {error}.") from None
    entries = table.pop("expect", [])
    if table or not isinstance(entries, list):
        raise BadExpectations(f"{path} may hold nothing but [[expect]] tables.")
    expected: dict[str, str] = {}
    for number, entry in enumerate(entries, 1):
        try:
            _check(entry)
            if _holds_here(entry):
                if entry["clause"] in expected:
                    raise BadExpectations(f"there is an entry for {entry['clause']} already.")
                expected[entry["clause"]] = entry["verdict"]
        except BadExpectations as error:
            raise BadExpectations(f"{path}, entry {number}: {error}") from None
    return expected


def _holds_here(entry: dict[str, str]) -> bool:
    try:
        versions = SpecifierSet(entry.get("python", ""))
    except InvalidSpecifier:
        raise BadExpectations('`python` is a range of versions, such as ">=3.12".') from None
    return versions.contains(platform.python_version(), prereleases=True)


def _check(entry: Any) -> None:
    if not isinstance(entry, dict):
        raise BadExpectations("it is no table.")
    if unknown := sorted(entry.keys() - _KEYS):
        raise BadExpectations(f"there is no key {unknown[0]!r}; there are {_listed(_KEYS)}.")
    if missing := sorted({"clause", "verdict", "reason"} - entry.keys()):
        raise BadExpectations(f"it lacks a {missing[0]}.")
    if not all(isinstance(value, str) and value for value in entry.values()):
        raise BadExpectations("every value is a string that is not empty.")
    clause, verdict = entry["clause"], entry["verdict"]
    if clause not in clauses():
        raise BadExpectations(f"the specification has no clause {clause!r}.")
    if verdict not in _TO_EXPECT:
        there_are = _listed(_TO_EXPECT)
        raise BadExpectations(f"{verdict!r} is no verdict to expect; those are {there_are}.")


def _listed(words: Any) -> str:
    return ", ".join(sorted(words))
