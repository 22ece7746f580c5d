"""Verdicts: what leads to them, and what is told with them."""

from pathlib import Path
from typing import NoReturn

import pytest
from bluelet_conformance.judge import Judge, attempt
from bluelet_conformance.registry import Candidate
from bluelet_spec import clauses
from hypothesis.internal.conjecture import providers
from support import SABOTEURS, candidate


def test_account_shows_the_line_that_failed_and_the_values_in_it() -> None:
    judgement = attempt(
        clauses()["end.value-to-caller"], candidate(SABOTEURS / "end_loses_its_value.py")
    )

    assert '>       assert results == ["a value"]' in judgement.account
    assert "assert [None] == ['a value']" in judgement.detail


def test_account_shows_the_values_where_the_clause_is_in_a_section_of_its_chapter() -> None:
    judgement = attempt(
        clauses()["join.returns-none"], candidate(SABOTEURS / "join_returns_the_value.py")
    )

    assert ">       assert results == [None]" in judgement.account
    assert "assert ['a value'] == [None]" in judgement.detail


def test_account_of_an_exception_leads_from_the_clause_to_where_it_was_raised() -> None:
    judgement = attempt(
        clauses()["spawn.grandchildren"], candidate(SABOTEURS / "spawn_in_root_only.py")
    )

    assert judgement.detail == "RuntimeError: spawn is for the root alone"
    assert ">       bluelet.run(root())" in judgement.account
    assert "spawn_in_root_only.py" in judgement.account


@pytest.mark.parametrize(
    ("saboteur", "clause", "detail"),
    [
        ("clients_have_no_address", "listener.address-of-the-client", "('127.0.0.1', …)"),
        ("connect_gives_up_the_program", "connect.refused", "127.0.0.1:…: [Errno"),
        ("events_return_themselves", "null.returns-none", "[<bluelet_ref...>]"),
    ],
)
def test_what_is_another_in_each_process_is_left_out(
    saboteur: str, clause: str, detail: str
) -> None:
    judgement = attempt(clauses()[clause], candidate(SABOTEURS / f"{saboteur}.py"))

    assert detail in judgement.detail


def test_a_name_that_is_missing_is_named(tmp_path: Path) -> None:
    implementation = tmp_path / "no_spawn.py"
    implementation.write_text("from bluelet_reference import null, run")

    judgement = Judge().judge(clauses()["spawn.both-run"], candidate(implementation))

    assert judgement.verdict == "fail"
    assert judgement.detail == "the implementation has no `spawn`"


def test_a_clause_that_holds_for_any_data_is_a_function_like_any_other() -> None:
    clause = clauses()["sendall.sends-everything"]
    clause(Candidate("reference", "module bluelet_reference", "bluelet_reference").load())

    with pytest.raises(AssertionError) as raised:
        clause(candidate(SABOTEURS / "sendall_keeps_small_data.py").load())

    assert raised.value.__notes__ == ["with sizes=[1]"]


def test_a_counterexample_is_the_simplest_one_and_another_is_tried_before_any() -> None:
    clause = clauses()["sendall.sends-everything"]
    saboteur = candidate(SABOTEURS / "sendall_keeps_small_data.py")

    assert attempt(clause, saboteur).counterexample == "sizes=[1]"
    assert attempt(clause, saboteur, {"sizes": [2, 3]}).counterexample == "sizes=[2, 3]"
    assert attempt(clause, saboteur, {"sizes": []}).counterexample == "sizes=[1]"


def test_examples_do_not_depend_on_what_else_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_into_all_modules() -> NoReturn:
        raise AssertionError("constants were looked for in the modules that are imported")

    monkeypatch.setattr(providers, "_get_local_constants", look_into_all_modules)
    reference = Candidate("reference", "module bluelet_reference", "bluelet_reference")

    judgement = attempt(clauses()["readline.any-delimiters"], reference)

    assert judgement.verdict == "pass", judgement.detail
