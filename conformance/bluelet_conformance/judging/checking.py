"""The task by which a clause is judged: its check, run on the port, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bluelet_spec import Level, clauses
from bluelet_spec.probe import replaying

from bluelet_conformance.judging import failures, limits
from bluelet_conformance.judging.child import Port
from bluelet_conformance.judging.leaks import ProgramRaised, watched
from bluelet_conformance.judging.verdicts import Verdict


def check(
    port: Port, clause_id: str, counterexample: Mapping[str, Any], known_leaks: list[str]
) -> dict[str, Any]:
    """Run the check of a clause; return the part of a judgement that it yields.

    It is run on the data of `counterexample` first, if there are any. What is known to leak is no
    news, and not waited for.
    """
    clause = clauses()[clause_id]
    try:
        loaded = port.load()
        with replaying(counterexample):
            choice, left = watched(partial(clause, loaded), clause.path, known_leaks)
    except ProgramRaised as raised:
        error = raised.error
        limits.use_headroom()
        detail, account = failures.described(clause, error)
        failed_by = str(getattr(error, "counterexample", "")) if clause.draws else ""
        told = {"detail": detail, "account": account, "counterexample": failed_by}
        return {"verdict": Verdict.FAIL, **told}
    found: dict[str, Any] = {"leaks": sorted({*left, *known_leaks})}
    if new := [f"{number} {kind}" for kind, number in left.items() if kind not in known_leaks]:
        detail = f"left behind each time it is run: {', '.join(sorted(new))}"
        return {"verdict": Verdict.LEAK, "detail": detail, **found}
    if clause.level != Level.MAY:
        return {"verdict": Verdict.PASS, **found}
    if choice not in clause.choices:
        return {"verdict": Verdict.FAIL, "detail": f"chose {choice!r}, which the clause has not"}
    return {"verdict": Verdict.PASS, "choice": str(choice), **found}
