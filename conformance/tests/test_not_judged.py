"""What a clause's program cannot tell of a port is told as that: no verdict, and nobody's fault."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from bluelet_conformance.judging.verdicts import Judgement, Verdict
from bluelet_conformance.reports import Report, badge, markdown, page
from bluelet_spec import Level, clauses
from support import Port, Run, attempt, result

LOOKS_UP = """
import socket as _real
from {module} import getaddrinfo as _search
from bluelet_reference import resolving
class _Sockets:
    def __getattr__(self, name):
        return _search if name == "getaddrinfo" else getattr(_real, name)
resolving.socket = _Sockets()
"""
"""The reference, but it has its own name for what looks names up."""

BY_ITSELF = LOOKS_UP.format(module="_socket")
BY_ANOTHER_NAME = LOOKS_UP.format(module="socket")

OF_OTHER_THINGS = """
def Connection(reactor, sock, addr):
    raise AssertionError("nobody has a reactor here")
"""

BY_NAME = (
    "connect.unknown-host",
    "connect.search-suspends-only-its-thread",
    "connect.tries-every-address",
)


def ported(tmp_path: Path, lines: str) -> Path:
    path = tmp_path / "port.py"
    path.write_text("from bluelet_reference import *\n" + lines)
    return path


@pytest.mark.parametrize("clause", BY_NAME)
def test_a_port_that_resolves_names_by_itself_is_neither_accused_nor_passed(
    tmp_path: Path, clause: str
) -> None:
    judgement = attempt(clause, ported(tmp_path, BY_ITSELF))

    assert judgement.verdict == Verdict.BLOCKED
    assert judgement.detail == "not judged: the port resolves names by itself"
    assert judgement.hindrance == "the port resolves names by itself"
    assert judgement.blocked_by == ""


@pytest.mark.parametrize("clause", BY_NAME)
def test_a_port_that_calls_the_function_by_another_name_is_judged(
    tmp_path: Path, clause: str
) -> None:
    assert attempt(clause, ported(tmp_path, BY_ANOTHER_NAME)).verdict == "pass"


def test_it_is_judged_by_the_names_that_all_machines_know(tmp_path: Path) -> None:
    assert attempt("connect.host-by-name", ported(tmp_path, BY_ITSELF)).verdict == "pass"


def test_a_port_that_makes_connections_of_other_things_is_not_judged_by_two(tmp_path: Path) -> None:
    judgement = attempt("recv.taken-by-another-descriptor", ported(tmp_path, OF_OTHER_THINGS))

    assert judgement.verdict == Verdict.BLOCKED
    assert judgement.hindrance == "the port makes no connection of a socket and an address"


def test_a_run_says_so_once_and_all_reports_with_it(suite: Run, port: Port, tmp_path: Path) -> None:
    reports = [f"--report=out.{suffix}" for suffix in ("json", "md", "html", "svg")]

    done = suite(port(BY_ITSELF), "connect", "--strict", "--junitxml=out.xml", *reports)

    sentence = "not judged: 3 clauses, for the port resolves names by itself"
    assert done.stdout.count(sentence) == done.stdout.count("the port resolves") == 1
    assert "not met" not in done.stdout
    for name in ("out.md", "out.html"):
        text = (tmp_path / name).read_text()
        assert text.count(sentence) == 1, name
        assert "SHOULD not met" not in text, name
    [judged] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    told = {judged["clauses"][one]["detail"] for one in BY_NAME}
    assert told == {"not judged: the port resolves names by itself"}
    assert judged["counts"]["SHOULD"]["blocked"] == judged["counts"]["SHOULD"]["not_met"] == 0
    skipped = ET.parse(tmp_path / "out.xml").iter("skipped")
    assert [one.get("message") for one in skipped] == [*told] * 3


def unjudged() -> list[Judgement]:
    """Return what becomes of the clauses about names, on a port that looks them up by itself."""
    why = "the port resolves names by itself"
    return [
        Judgement(id, clauses()[id].level, Verdict.BLOCKED, 0.1, f"not judged: {why}", blocker=why)
        for id in BY_NAME
    ]


def test_conformance_is_neither_given_nor_taken_by_it() -> None:
    """What is demanded has to be judged: these are SHOULD, which a strict run demands."""
    found = result()
    for judgement in unjudged():
        found.add(judgement)

    total = len(clauses())
    assert found.headline(False) == "conformant"
    assert found.is_conformant(False)
    assert found.headline(True) == f"no verdict on the whole, {total - 3} of {total} clauses judged"
    assert not found.is_conformant(True)
    assert found.count(Level.SHOULD).not_met == found.count(Level.SHOULD).blocked == 0
    assert found.standing("connect") == "3 not judged"
    assert "not judged in full" in badge.render(Report([found], True))
    assert ">conformant<" in badge.render(Report([found], False))
    for render in (markdown.render, page.render):
        assert "3 clauses, for the port resolves names by itself" in render(Report([found], True))
