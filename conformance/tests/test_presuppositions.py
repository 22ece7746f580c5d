"""Every clause names what it presupposes: it never fails for the fault of another.

On a saboteur, a clause fails if it is in the `BREAKS`; each other is met, or blocked by one that
is. The verdicts of `BREAKS` are those of `test_saboteurs`, and need not be found again: what is
left is quick, since hardly anything hangs.

To judge all saboteurs takes twenty minutes. So one in twenty is judged, others as clauses
come, and all of them where the environment has `BLUELET_SABOTEURS=all`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bluelet_conformance.judging.judge import Judge
from bluelet_conformance.judging.verdicts import MET_BY_ITSELF, Judgement, Verdict
from bluelet_spec import clauses
from support import candidate, saboteurs
from test_saboteurs import IDLER, SWALLOWER, breaks

SHARE = 20


def chosen() -> Iterator[Any]:
    """Yield the saboteurs to judge."""
    known = [path for path in saboteurs() if path not in (IDLER, SWALLOWER)]
    if os.environ.get("BLUELET_SABOTEURS") != "all":
        known = known[len(clauses()) % SHARE :: SHARE]
    for path in known:
        yield pytest.param(path, id=path.stem)


def failing_otherwise(saboteur: Path) -> dict[str, str]:
    """Return what a saboteur fails, beside its `BREAKS`, though nothing blocks it."""
    judge, judged = Judge(), candidate(saboteur)
    try:
        for clause, verdict in breaks(saboteur).items():
            judge.take(Judgement(clause, clauses()[clause].level, verdict, 0.0), judged)
        others = [clause for clause in clauses().values() if clause.id not in breaks(saboteur)]
        judge.expect([(clause, judged) for clause in others])
        found = {clause.id: judge.judge(clause, judged) for clause in others}
    finally:
        judge.close()
    return {
        clause: f"{one.verdict}: {one.detail}"
        for clause, one in found.items()
        if one.verdict not in (*MET_BY_ITSELF, Verdict.BLOCKED)
    }


@pytest.mark.parametrize("saboteur", list(chosen()))
def test_a_clause_outside_of_breaks_is_met_or_blocked(saboteur: Path) -> None:
    assert failing_otherwise(saboteur) == {}


def test_a_clause_that_fails_for_another_is_found(tmp_path: Path) -> None:
    saboteur = tmp_path / "port.py"
    saboteur.write_text(
        "from bluelet_reference import *\n"
        "from bluelet_reference import null as _null\n"
        'BREAKS: dict[str, str] = {"sleep.never-early": "fail"}\n'
        "def sleep(duration): return _null()\n"
        "def join(coro): return _null()\n"
    )

    found = failing_otherwise(saboteur)

    assert "join.waits" in found
    assert "sleep.never-early" not in found
    assert not {each for each in found if "sleep.never-early" in clauses()[each].presupposes}
