"""What bluelet's README does not mention binds the ports that have it, and no others."""

import re
from pathlib import Path

import pytest
from bluelet_conformance.judging.judge import Judge
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_spec import METHODS, NAMES, README_METHODS, README_NAMES, Clause, clauses
from support import ROOT, Port, Run, attempt, candidate

NO_CLOSE = """\
import bluelet_reference as _own
class _Hiding:
    def __init__(self, there): self._there = there
    def __getattr__(self, name):
        if name == "close": raise AttributeError(name)
        return getattr(self._there, name)
def Connection(sock, addr): return _Hiding(_own.Connection(sock, addr))
def Listener(host, port): return _Hiding(_own.Listener(host, port))
def connect(host, port):
    connection = yield _own.connect(host, port)
    yield _own.end(_Hiding(connection))
"""
"""The reference, but what it makes has no `close`, which no class shows."""


def judged(path: Path, clause: str) -> Judgement:
    """Judge an implementation by a clause and those that it presupposes."""
    judge = Judge()
    try:
        return judge.judge(clauses()[clause], candidate(path))
    finally:
        judge.close()


def test_a_clause_needs_what_there_is_to_need() -> None:
    assert {name for clause in clauses().values() for name in clause.needs} <= NAMES | METHODS


@pytest.mark.parametrize(
    ("clause", "lacks"),
    [
        ("files.write-arrives", "`write`"),
        ("waitable.writable", "`WaitableEvent`"),
        ("recv.taken-by-another-descriptor", "`Connection`"),
    ],
)
def test_what_the_readme_does_not_mention_may_be_missing(
    tmp_path: Path, clause: str, lacks: str
) -> None:
    port = tmp_path / "readme_only.py"
    port.write_text(f"from bluelet_reference import {', '.join(sorted(README_NAMES))}\n")

    judgement = judged(port, clause)

    assert judgement.verdict == "unsupported"
    assert judgement.detail == (
        f"the implementation has no {lacks}, which bluelet's README does not mention"
    )


def test_a_port_with_the_names_of_the_readme_alone_is_conformant(
    suite: Run, tmp_path: Path
) -> None:
    names = ", ".join(sorted(README_NAMES))
    (tmp_path / "readme_only.py").write_text(f"from bluelet_reference import {names}\n")

    done = suite("--pyargs", "bluelet_conformance", "--impl=readme_only.py", "--strict")

    assert "(file readme_only.py): conformant, strictly\n" in done.stdout
    assert "unsupported: " in done.stdout
    assert done.returncode == 0


def test_a_method_may_be_missing_too(port: Port, suite: Run) -> None:
    done = suite(port(NO_CLOSE), "close.at-once", "close.twice", "join.after-finish")

    assert "1 passed, 2 unsupported" in done.stdout
    assert done.returncode == 0


def test_a_port_without_close_is_conformant(suite: Run, port: Port) -> None:
    """So a clause is about a method just where its decorator, or one that it presupposes, says."""
    done = suite(port(NO_CLOSE), "--pyargs", "bluelet_conformance", "--strict")

    assert "(file port.py): conformant, strictly\n" in done.stdout, done.stdout


@pytest.mark.parametrize(
    "clause", [each for each in clauses().values() if each.methods], ids=lambda each: each.id
)
def test_a_clause_that_names_a_method_calls_it(port: Port, tmp_path: Path, clause: Clause) -> None:
    port(NO_CLOSE)

    judgement = attempt(clause.id, tmp_path / "port.py")

    assert judgement.verdict != "pass"


def test_a_method_is_looked_for_where_no_class_shows_it(port: Port, suite: Run) -> None:
    """The connections here have the original's methods by `__getattr__`."""
    hiding = NO_CLOSE.replace('if name == "close"', 'if name == "open"')

    done = suite(port(hiding), "close.at-once")

    assert "1 passed" in done.stdout


def test_the_guide_lists_all_names_and_methods_and_no_others() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    listed = text.partition("### The names\n")[2].partition("\n###")[0]
    everywhere, elsewhere = listed.split("These are not.")

    def methods(all_of_them: frozenset[str]) -> set[str]:
        return {each.partition(".")[2] for each in all_of_them}

    def told(part: str) -> set[str]:
        rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| ")]
        return {name for row in rows for name in re.findall(r"`(\w+)", row)} - {"name"}

    assert told(everywhere) == README_NAMES | methods(README_METHODS)
    of_custom_events = {"waitables", "fire"}
    of_the_readme = {"Listener"}
    extra = NAMES - README_NAMES | methods(METHODS)
    assert told(elsewhere) == extra | of_custom_events | of_the_readme
