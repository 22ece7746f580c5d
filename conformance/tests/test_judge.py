"""Verdicts: what leads to them, and what is told with them."""

from functools import partial
from math import nan
from pathlib import Path
from typing import Any

import pytest
from bluelet_conformance.judging import book
from bluelet_conformance.judging.failures import described, explain_assertions
from bluelet_conformance.judging.judge import Judge
from bluelet_conformance.judging.registry import Candidate
from bluelet_spec import Clause, Level, clauses
from hypothesis.internal.conjecture import providers
from support import attempt, candidate, in_a_fork, reference, saboteur


def test_account_shows_the_line_that_failed_and_the_values_in_it() -> None:
    judgement = attempt("end.value-to-caller", saboteur("end_loses_its_value"))

    assert '>       assert results == ["a value"]' in judgement.account
    assert "assert [None] == ['a value']" in judgement.detail


def test_account_shows_the_values_where_the_clause_is_in_a_section_of_its_chapter() -> None:
    judgement = attempt("join.returns-none", saboteur("join_returns_the_value"))

    assert ">       assert results == [None]" in judgement.account
    assert "assert ['a value'] == [None]" in judgement.detail


def test_account_of_an_exception_leads_from_the_clause_to_where_it_was_raised() -> None:
    judgement = attempt("spawn.grandchildren", saboteur("spawn_in_root_only"))

    assert judgement.detail == "RuntimeError: spawn is for the root alone"
    assert ">       bluelet.run(root())" in judgement.account
    assert "spawn_in_root_only.py" in judgement.account


@pytest.mark.parametrize(
    ("name", "clause", "detail"),
    [
        ("clients_have_no_address", "listener.address-of-the-client", "('127.0.0.1', …)"),
        ("connect_gives_up_the_program", "connect.refused", "127.0.0.1:…: [Errno"),
        (
            "connect_takes_none",
            "connect.neither-host-nor-port",
            "[(['localhost'], …)] == [(None, …)",
        ),
        (
            "events_return_themselves",
            "null.returns-none",
            "[<bluelet_reference.events.Null object>, <",
        ),
    ],
)
def test_what_is_another_in_each_process_is_left_out(name: str, clause: str, detail: str) -> None:
    judgement = attempt(clause, saboteur(name))

    assert detail in judgement.detail


def test_what_is_left_of_an_address_in_a_shortened_value_is_left_out_too() -> None:
    with pytest.raises(AssertionError) as raised:
        raise AssertionError("assert [<Null obj...7f3a40>] == [None]")

    detail, _ = described(clauses()["null.returns-none"], raised.value)
    assert detail == "assert [<Null obj...>] == [None]"


def test_a_name_that_is_missing_is_named(tmp_path: Path) -> None:
    implementation = tmp_path / "no_spawn.py"
    implementation.write_text("from bluelet_reference import null, run")

    judgement = Judge().judge(clauses()["spawn.both-run"], candidate(implementation))

    assert judgement.verdict == "fail"
    assert judgement.detail == "the implementation has no `spawn`"


def test_a_clause_that_holds_for_any_data_is_a_function_like_any_other() -> None:
    clause = clauses()["sendall.sends-everything"]

    def notes(implementation: Candidate) -> list[str]:
        try:
            clause(implementation.load())
        except AssertionError as error:
            return error.__notes__
        return []

    def notes_in_a_process_of_its_own(implementation: Candidate) -> Any:
        return in_a_fork(partial(notes, implementation))  # It would break the reference here.

    assert notes_in_a_process_of_its_own(reference()) == []
    keeps_small_data = candidate(saboteur("sendall_keeps_small_data"))
    assert notes_in_a_process_of_its_own(keeps_small_data) == ["with sizes=[1]"]


@pytest.mark.parametrize(
    ("seen", "due", "told"),
    [
        ([1, 2, 3], [1, 3, 2], "At index 1: 2, where 3 was due."),
        ([1, 2], [1, 2, 3], "At index 2: the end, where 3 was due."),
        ((), ("%s", 2), "At index 0: the end, where '%s' was due."),
        ([1, 2, 3], [1], "At index 1: 2, where the end was due."),
        (b"a" * 3_000_000, b"a" * 2_999_999 + b"b" * 30, "At index 2999999: b'a', where b'b"),
        ("abc", "abd", "At index 2: 'c', where 'd' was due."),
        ([1, nan], [1, float("nan")], "At index 1: nan, where another that looks so was due."),
        ([1, nan], [2, nan], "At index 0: 1, where 2 was due."),
    ],
)
def test_an_assertion_tells_where_two_sequences_differ(
    seen: object, due: object, told: str
) -> None:
    def explained() -> str:
        explain_assertions()
        with pytest.raises(AssertionError) as raised:
            assert seen == due
        return str(raised.value)

    assert told in in_a_fork(explained)


def test_nothing_is_said_of_where_two_sequences_differ_that_have_the_same_items() -> None:
    class Unequal(list[int]):
        def __eq__(self, other: object) -> bool:
            return False

    def explained() -> str:
        explain_assertions()
        with pytest.raises(AssertionError) as raised:
            assert Unequal([1, 2]) == Unequal([1, 2])
        return str(raised.value)

    assert in_a_fork(explained) == "assert [1, 2] == [1, 2]"


def test_an_assertion_of_objects_that_cannot_be_compared_is_explained_all_the_same() -> None:
    class Incomparable(list[int]):
        def __getitem__(self, index: Any) -> Any:
            raise LookupError

    def explained() -> str:
        explain_assertions()
        with pytest.raises(AssertionError) as raised:
            assert Incomparable([1, 2]) == Incomparable([1, 3])
        return str(raised.value)

    assert "assert [1, 2] == [1, 3]" in in_a_fork(explained)


def test_a_counterexample_is_the_simplest_one_and_another_is_tried_before_any() -> None:
    clause = "sendall.sends-everything"
    keeps_small_data = saboteur("sendall_keeps_small_data")

    assert attempt(clause, keeps_small_data).counterexample == "sizes=[1]"
    assert attempt(clause, keeps_small_data, sizes=[2, 3]).counterexample == "sizes=[2, 3]"
    assert attempt(clause, keeps_small_data, sizes=[]).counterexample == "sizes=[1]"


def test_examples_do_not_depend_on_what_else_is_imported() -> None:
    def constants() -> int:
        book.open_it()
        return len(providers._get_local_constants())

    assert in_a_fork(constants) == 0
    judgement = attempt("readline.any-delimiters", reference())
    assert judgement.verdict == "pass", judgement.detail


def test_verdicts_can_be_asked_for_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("from bluelet_reference import *\n")
    one, other = reference(), candidate(tmp_path / "other.py")
    judge = Judge()
    try:
        judge.expect((clause, each) for each in (one, other) for clause in clauses().values())
        asked = ["null.returns-none", "join.after-finish", "kill.sleeping"]
        found = [judge.judge(clauses()[id], each) for id in asked for each in (other, one)]
    finally:
        judge.close()
    assert [each.verdict for each in found] == ["pass"] * 6


HELD_UP = """
from pathlib import Path
import os, signal, time
from bluelet_reference import *
from bluelet_reference import run as _run
_tried = Path(__file__).with_name("tried")
def run(root):
    if not _tried.exists():
        _tried.touch()
        STOP
        time.sleep(0.8)
        os.kill(os.getppid(), signal.SIGCONT)
        raise TimeoutError("timed out")
    _run(root)
"""


def test_a_wait_that_ran_out_while_the_machine_stood_still_is_tried_again(tmp_path: Path) -> None:
    stop = "os.kill(os.getppid(), signal.SIGSTOP)"
    verdicts = {}
    for name, first in (("stopped", stop), ("running", "pass")):
        (tmp_path / name).mkdir()
        implementation = tmp_path / name / "port.py"
        implementation.write_text(HELD_UP.replace("STOP\n", f"{first}\n"))
        judge = Judge()
        verdicts[name] = judge.judge(clauses()["run.drives-root"], candidate(implementation))
        judge.close()

    assert verdicts["stopped"].verdict == "pass", verdicts["stopped"].detail
    assert verdicts["running"].detail == "TimeoutError: timed out"


def test_a_clause_is_blocked_by_the_first_that_is_not_met_whichever_is_found_first(
    tmp_path: Path,
) -> None:
    lines = "from bluelet_reference import *\nfrom bluelet_reference import end as _end\n"
    lines += "def join(coro): return sleep(3600)\ndef end(value=None): return _end(None)\n"
    (tmp_path / "port.py").write_text(lines)
    slow, quick = "join.after-finish", "end.value-to-caller"
    clause = Clause(clauses()["null.returns-none"].check, Level.MUST, (slow, quick))
    judge = Judge()
    try:
        found = judge.judge(clause, candidate(tmp_path / "port.py"))
    finally:
        judge.close()
    assert found.blocker == f"{slow} (hang)"
