"""Known failures: what a port is expected not to meet, kept in a file beside it.

The file is TOML, an `[[expect]]` table for each clause:

    [[expect]]
    clause = "join.after-finish"
    verdict = "spin"
    reason = "the scheduler forgets finished threads, and then waits for them"
    link = "https://…"    # may be left out

It is strict both ways. A clause that fails otherwise than the file says fails the run, and so does
one that passes although the file says that it does not, and one that is blocked without the file
saying so; a clause that does not exist is an error. So the file is always what the run shows.

A verdict that differs between versions of Python can say for which it holds, as
`python = ">=3.12"`; for the others the entry is not there. Where a clause holds for any data,
`counterexample = "sizes=[101]"` names those that the port fails on: they are tried first, so that
the verdict does not depend on what is drawn.

A verdict that is not the same in each run is `flaky = true`; the reason says why. The clause may
pass, then, or have that verdict, and those that presuppose it may be blocked by it.

A chapter that a port does not have is an `[[unsupported]]` table:

    [[unsupported]]
    chapter = "files"
    reason = "the port is for sockets only"

A fault that only a program shows, against a clause that is met by itself, is a `[[program]]` table:

    [[program]]
    clause = "call.finished-generator"
    program = '{"root": [["spawn", "a"], …'    # as it is told where it was found
    reason = "the scheduler keeps one caller of each coroutine"

The program is run before all others, and has to show a fault against that clause.

Of a chapter that is unsupported the clauses are not judged, and have no entries. Those of other
chapters that presuppose one of them are blocked, and have.
"""

from __future__ import annotations

import ast
import json
import platform
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bluelet_spec import ORDER, clauses, with_presupposed
from bluelet_spec.programs.language import Program
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from bluelet_conformance.judging.verdicts import Judgement, Verdict

_TO_EXPECT = [
    Verdict.FAIL,
    Verdict.HANG,
    Verdict.SPIN,
    Verdict.CRASH,
    Verdict.LEAK,
    Verdict.BLOCKED,
]

_REQUIRED = {
    "expect": {"clause", "verdict", "reason"},
    "unsupported": {"chapter", "reason"},
    "program": {"clause", "program", "reason"},
}
_OPTIONAL = {
    "expect": {"link", "python", "counterexample", "flaky"},
    "unsupported": {"link", "python"},
    "program": {"link", "python"},
}


TO_DO = "TODO"
"""How a reason begins that is still to be given."""

_UNREASONED = "`flaky` needs a reason: say why the verdict is not always the same."


class BadExpectations(ValueError):
    """A file of expectations that cannot be used; the message says why."""


@dataclass(frozen=True)
class Expectations:
    """What a file says of a port on this version of Python. Without a file, nothing."""

    path: Path | None = None
    verdicts: dict[str, str] = field(default_factory=dict)
    """By clause."""
    counterexamples: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The data to try first, by clause; few clauses have any."""
    unsupported: dict[str, str] = field(default_factory=dict)
    """The reasons, by chapter."""
    programs: dict[str, Program] = field(default_factory=dict)
    """The programs that show a fault against a clause, by clause."""
    flaky: set[str] = field(default_factory=set)
    """The clauses that may pass as well."""

    def allows(self, judgement: Judgement) -> bool:
        """Return whether a verdict is one that the file expects."""
        expected = self.verdicts.get(judgement.clause)
        if judgement.verdict == expected:
            return True
        if judgement.verdict == Verdict.BLOCKED:
            return judgement.blocked_by in self.flaky
        if judgement.verdict == Verdict.PASS and expected == Verdict.BLOCKED:
            stands_on = with_presupposed(clauses()[judgement.clause])
            return any(one.id in self.flaky for one in stands_on)
        return judgement.verdict == Verdict.PASS and judgement.clause in self.flaky

    def is_flaky(self, judgement: Judgement) -> str:
        """Return how a verdict is told that may be another one the next time; else nothing."""
        if judgement.clause not in self.flaky or not self.allows(judgement):
            return ""
        return f"flaky, {'passed' if judgement.verdict == Verdict.PASS else 'failed'} this time"

    def objection(self, judgement: Judgement) -> str:
        """Return what a verdict has against the file; nothing, if that says so or is not there.

        A failure of which the file says nothing speaks for itself, so for that there is nothing.
        """
        if self.path is None:
            return ""
        clause, verdict = judgement.clause, judgement.verdict
        expected = self.verdicts.get(clause)
        if self.allows(judgement):
            return ""
        if expected is None and verdict == Verdict.BLOCKED:
            return (
                f"{clause}: the verdict is blocked, and no entry in {self.path} expects that. It "
                f"{judgement.detail}."
            )
        if expected is None:
            return ""
        return (
            f"{clause}: the verdict is {verdict}, and {expected} was expected. "
            f"Change or remove its entry in {self.path}."
        )

    def objection_to_programs(self, faulty: Collection[str]) -> str:
        """Return what programs that show faults against some clauses have against the file."""
        stale = [clause for clause in self.programs if clause not in faulty]
        if not stale:
            return ""
        return (
            f"{', '.join(stale)}: the program shows no fault against that clause. "
            f"Remove its [[program]] in {self.path}."
        )


def read(path: Path) -> Expectations:
    """Return what the file at `path` says, as far as it holds on this version of Python.

    Raises:
        BadExpectations: it cannot be read, or says what cannot be.
    """
    return parse(text_of(path), path)


def text_of(path: Path) -> str:
    """Return the text of the file at `path`.

    Raises:
        BadExpectations: it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise BadExpectations(f"cannot read {path}: it is no regular file.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadExpectations(f"cannot read {path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise BadExpectations(f"{path} is not TOML: {error}.") from None


def parse(text: str, path: Path) -> Expectations:
    """Return what `text` says, as far as it holds on this version of Python.

    Raises:
        BadExpectations: it says what cannot be; the message names `path` as the place.
    """
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadExpectations(f"{path} is not TOML: {error}.") from None
    if tables.keys() - _REQUIRED or not all(isinstance(each, list) for each in tables.values()):
        raise BadExpectations(
            f"{path} may hold nothing but [[expect]], [[unsupported]] and [[program]] tables."
        )
    found = Expectations(path)
    for kind, take in (
        ("unsupported", _take_chapter),
        ("expect", _take_clause),
        ("program", _take_program),
    ):
        for number, entry in enumerate(tables.get(kind, []), 1):
            try:
                _check(kind, entry)
                take(entry, found, holds=holds_here(entry))
            except BadExpectations as error:
                what = "entry" if kind == "expect" else kind
                raise BadExpectations(f"{path}, {what} {number}: {error}") from None
    return found


def holds_here(entry: dict[str, Any]) -> bool:
    """Return whether an entry holds on this version of Python.

    Raises:
        BadExpectations: it says what is no range of versions.
    """
    try:
        versions = SpecifierSet(entry.get("python", ""))
    except InvalidSpecifier:
        raise BadExpectations('`python` is a range of versions, such as ">=3.12".') from None
    return versions.contains(platform.python_version(), prereleases=True)


def _check(kind: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise BadExpectations("it is no table.")
    keys = _REQUIRED[kind] | _OPTIONAL[kind]
    if unknown := sorted(entry.keys() - keys):
        raise BadExpectations(f"there is no key {unknown[0]!r}; there are {_listed(keys)}.")
    if missing := sorted(_REQUIRED[kind] - entry.keys()):
        if entry.get("flaky") and missing == ["reason"]:
            raise BadExpectations(_UNREASONED)
        raise BadExpectations(f"it lacks a {missing[0]}.")
    strings = [value for key, value in entry.items() if key != "flaky"]
    if not all(isinstance(value, str) and value for value in strings):
        raise BadExpectations("every value is a string that is not empty.")
    if not isinstance(entry.get("flaky", True), bool):
        raise BadExpectations("`flaky` is true or false.")
    if entry.get("flaky") and (entry["reason"].startswith(TO_DO) or not entry["reason"].strip()):
        raise BadExpectations(_UNREASONED)


def _take_chapter(entry: dict[str, Any], found: Expectations, holds: bool) -> None:
    chapter = entry["chapter"]
    if chapter not in ORDER:
        raise BadExpectations(f"the specification has no chapter {chapter!r}.")
    if not holds:
        return
    if chapter in found.unsupported:
        raise BadExpectations(f"there is an entry for {chapter} already.")
    found.unsupported[chapter] = entry["reason"]


def _take_clause(entry: dict[str, Any], found: Expectations, holds: bool) -> None:
    clause, verdict = entry["clause"], entry["verdict"]
    if clause not in clauses():
        raise BadExpectations(f"the specification has no clause {clause!r}.")
    if verdict not in _TO_EXPECT:
        there_are = _listed(_TO_EXPECT)
        raise BadExpectations(f"{verdict!r} is no verdict to expect; those are {there_are}.")
    counterexample = _counterexample(entry)
    if not holds:
        return
    if clause in found.verdicts:
        raise BadExpectations(f"there is an entry for {clause} already.")
    if (chapter := clauses()[clause].chapter) in found.unsupported:
        raise BadExpectations(f"the chapter {chapter} is unsupported, so {clause} is not judged.")
    found.verdicts[clause] = verdict
    if entry.get("flaky"):
        found.flaky.add(clause)
    if counterexample:
        found.counterexamples[clause] = counterexample


def _take_program(entry: dict[str, Any], found: Expectations, holds: bool) -> None:
    clause = entry["clause"]
    if clause not in clauses():
        raise BadExpectations(f"the specification has no clause {clause!r}.")
    try:
        program = Program.from_json(json.loads(entry["program"]))
    except (ValueError, RecursionError) as error:
        raise BadExpectations(f"`program` is no program: {error}.") from None
    if not holds:
        return
    if clause in found.verdicts or clause in found.programs:
        raise BadExpectations(f"there is an entry for {clause} already.")
    found.programs[clause] = program


def _counterexample(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an entry's counterexample by name; empty, if it has none."""
    text = entry.get("counterexample")
    if text is None:
        return {}
    names = clauses()[entry["clause"]].draws
    if not names:
        raise BadExpectations(f"{entry['clause']} draws no data, so it has no counterexample.")
    try:
        data = _arguments(text)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        raise BadExpectations(
            "`counterexample` gives each name a literal, such as \"sizes=[1, 2], text=b'a'\"."
        ) from None
    if data.keys() != names:
        raise BadExpectations(
            f"the counterexample is for {_listed(data) or 'nothing'}, and {entry['clause']} draws "
            f"{_listed(names)}."
        )
    return data


def _arguments(text: str) -> dict[str, Any]:
    """Return what a call of a function with `text` between the parentheses would pass by name."""
    call = ast.parse(f"f({text})", mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args:
        raise ValueError(text)
    data = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
    if len(data) < len(call.keywords):
        raise ValueError(text)
    return data


def _listed(words: Any) -> str:
    return ", ".join(sorted(words))
