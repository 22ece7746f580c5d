"""The task by which a clause is judged: its check, run on the port, and what it leaves behind.

A choice is told only if an implementation takes it each time. It may be decided by a coin, by which
was ready first, or by the order of a set and so by addresses of memory. So the check of a `may` is
run again and again, with some memory taken in between; the first run, for which everything is new
to the process, does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import monotonic  # As it is before an implementation comes that replaces it.
from typing import Any

from bluelet_spec import UNSTEADY, Clause, Implementation, Level, clauses
from bluelet_spec.probe import NotJudged, replaying

from bluelet_conformance.judging import failures, limits
from bluelet_conformance.judging.child import Port
from bluelet_conformance.judging.leaks import ProgramRaised, run, watched
from bluelet_conformance.judging.verdicts import Verdict

_LEAST_TRIES, _MOST_TRIES, _TRYING = 5, 20, 0.05
"""How often a choice is tried: as often as there is time for, in seconds, within bounds."""


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
            _, left = watched(partial(clause, loaded), clause.path, known_leaks)
        tries = _tries(clause, port, loaded) if clause.level == Level.MAY else set()
    except ProgramRaised as raised:
        error = raised.error
        if isinstance(error, NotJudged):
            told = {"detail": f"not judged: {error}", "blocker": str(error)}
            return {"verdict": Verdict.BLOCKED, **told}
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
    return {**_chosen(clause, tries), **found}


def _tries(clause: Clause, port: Port, loaded: Implementation) -> set[object]:
    """Return what the check of a `may` returns when it is run again and again."""
    chosen: set[object] = set()
    taken: list[bytes] = []
    until = monotonic() + _TRYING
    for number in range(_MOST_TRIES):
        if number >= _LEAST_TRIES and monotonic() > until:
            break
        taken += [bytes(size) for size in range(1, 512, 16) for _ in range(1 + number % 5)]
        port.begin_anew()
        chosen.add(run(partial(clause, loaded)))
    return chosen


def _chosen(clause: Clause, chosen: set[object]) -> dict[str, Any]:
    """Return the part of a judgement that is about a choice, which was taken in some tries."""
    if unknown := sorted(map(repr, chosen - {*clause.choices})):
        detail = f"chose {unknown[0]}, which the clause has not"
        return {"verdict": Verdict.FAIL, "detail": detail}
    if len(chosen) == 1:
        return {"verdict": Verdict.PASS, "choice": str(*chosen)}
    taken = "; ".join(each for each in clause.choices if each in chosen)
    return {"verdict": Verdict.PASS, "choice": UNSTEADY, "detail": f"now one, now another: {taken}"}
