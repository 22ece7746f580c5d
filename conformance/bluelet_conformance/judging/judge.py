"""Verdicts: what one clause says of one implementation.

A verdict depends on the clause and the implementation alone, never on what else was selected or
in which order it was judged. A clause that presupposes others is judged after them, whether or not
they were asked for, and is *blocked* if one of them was not met: there would be nothing new in it.
Each verdict is found once in a session, and remembered.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from traceback import format_exception_only
from typing import Any

from bluelet_spec import Clause, Level, clauses
from bluelet_spec.probe import replaying

from bluelet_conformance.judging import failures
from bluelet_conformance.judging.failures import DETAIL, shortened
from bluelet_conformance.judging.isolation import Ending, isolated, use_headroom
from bluelet_conformance.judging.leaks import watched
from bluelet_conformance.judging.registry import BadHook, Candidate
from bluelet_conformance.judging.verdicts import MET_BY_ITSELF, Judgement, Verdict

SECONDS = 4.0
"""How long a clause may take by the clock; the longest takes a tenth of it."""

CPU_SECONDS = 2
"""How much CPU time a clause may use."""

IMPORT_SECONDS = 10
"""How long the import of an implementation may take."""


@dataclass(frozen=True)
class Inspection:
    """What can be said of an implementation before it is judged."""

    version: str
    lacks: frozenset[str]
    """The names that clauses use and it does not have."""


class BadImplementation(ValueError):
    """An implementation that cannot be judged at all; the message says why."""

    verdict = Verdict.FAIL
    """What it amounts to, where others are judged beside it."""


class Judge:
    """Judges, and remembers what it found.

    What is known of the port beforehand is given by chapter or clause: the chapters that it does
    not have, with the reasons, and the counterexamples that are tried before any other data.
    """

    def __init__(
        self,
        unsupported: Mapping[str, str] | None = None,
        counterexamples: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._unsupported = unsupported or {}
        self._counterexamples = counterexamples or {}
        self._found: dict[tuple[str, str], Judgement] = {}
        self._inspected: dict[str, Inspection | BadImplementation] = {}

    def expect(self, asked: Sequence[tuple[Clause, Candidate]]) -> None:
        """Be told what will be asked, and in which order; nothing has to come of it."""

    def close(self) -> None:
        """Be told that nothing will be asked any more."""

    def inspect(self, candidate: Candidate) -> Inspection:
        """Import `candidate`, in a process of its own, to see what it is.

        Raises:
            BadImplementation: it or its hook cannot be imported, or it has nothing of a bluelet.
        """
        if candidate.name not in self._inspected:
            try:
                self._inspected[candidate.name] = _inspect(candidate)
            except BadImplementation as error:
                self._inspected[candidate.name] = error
        found = self._inspected[candidate.name]
        if isinstance(found, BadImplementation):
            raise found
        return found

    def judge(self, clause: Clause, candidate: Candidate) -> Judgement:
        """Return what `clause` says of `candidate`, after those that it presupposes.

        One that cannot be judged at all fails the first clause for it, and all others are blocked.
        """
        key = (candidate.name, clause.id)
        if key not in self._found:
            self._found[key] = (
                self._declared(clause)
                or self._lacking(clause, candidate)
                or self._blocked(clause, candidate)
                or attempt(
                    clause,
                    candidate,
                    self._counterexamples.get(clause.id),
                    self._known_leaks(clause, candidate),
                )
            )
        return self._found[key]

    def _declared(self, clause: Clause) -> Judgement | None:
        if clause.chapter not in self._unsupported:
            return None
        detail = f"declared so: {self._unsupported[clause.chapter]}"
        return Judgement(clause.id, clause.level, Verdict.UNSUPPORTED, 0.0, detail)

    def _lacking(self, clause: Clause, candidate: Candidate) -> Judgement | None:
        try:
            lacks = sorted(clause.needs & self.inspect(candidate).lacks)
        except BadImplementation as error:
            if clause.presupposes:
                return None
            return Judgement(clause.id, clause.level, error.verdict, 0.0, str(error))
        if not lacks:
            return None
        detail = f"the implementation has no {', '.join(f'`{name}`' for name in lacks)}"
        return Judgement(clause.id, clause.level, Verdict.FAIL, 0.0, detail)

    def _blocked(self, clause: Clause, candidate: Candidate) -> Judgement | None:
        for presupposed in clause.presupposes:
            found = self.judge(clauses()[presupposed], candidate)
            if found.verdict not in MET_BY_ITSELF:
                detail = f"presupposes {presupposed}, whose verdict is {found.verdict}"
                blocker = found.blocker or f"{presupposed} ({found.verdict})"
                return Judgement(
                    clause.id, clause.level, Verdict.BLOCKED, 0.0, detail, blocker=blocker
                )
        return None

    def _known_leaks(self, clause: Clause, candidate: Candidate) -> tuple[str, ...]:
        """Return what leaks in the clauses presupposed; in this one it would be nothing new."""
        presupposed = (self.judge(clauses()[one], candidate) for one in clause.presupposes)
        return tuple(sorted({kind for judgement in presupposed for kind in judgement.leaks}))


def _inspect(candidate: Candidate) -> Inspection:
    needed: set[str] = set().union(*(clause.needs for clause in clauses().values()))

    def look() -> dict[str, Any]:
        try:
            loaded = candidate.load()
            lacks = sorted(name for name in needed if not hasattr(loaded, name))
            return {"version": candidate.version_of(loaded), "lacks": lacks}
        except BadHook as error:
            return {"error": f"cannot be judged: {shortened(str(error), DETAIL)}"}
        except BaseException as error:
            shown = shortened("".join(format_exception_only(error)).strip(), DETAIL)
            return {"error": f"cannot be imported: {shown}"}

    ended = isolated(look, seconds=IMPORT_SECONDS, cpu_seconds=IMPORT_SECONDS)
    if ended.ending == Ending.RETURNED:
        found = ended.value
    else:
        found = {"error": f"cannot be imported: {ended.detail}"}
    what = f"{candidate.name} ({candidate.origin})"
    if "error" in found:
        error = BadImplementation(f"{what} {found['error']}")
        if ended.ending != Ending.RETURNED:
            error.verdict = Verdict(ended.ending)
        raise error
    if set(found["lacks"]) == needed:
        raise BadImplementation(f"{what} is no bluelet: it has no `run`, nor any other name of it.")
    return Inspection(found["version"], frozenset(found["lacks"]))


def attempt(
    clause: Clause,
    candidate: Candidate,
    counterexample: Mapping[str, Any] | None = None,
    known_leaks: tuple[str, ...] = (),
) -> Judgement:
    """Judge `clause` by itself, in a process of its own, on the data of `counterexample` first.

    What is known to leak is no news.
    """
    began = time.monotonic()
    task = partial(_try, clause, candidate, counterexample or {}, known_leaks)
    ended = isolated(task, seconds=SECONDS, cpu_seconds=CPU_SECONDS)
    seconds = round(time.monotonic() - began, 4)
    if ended.ending == Ending.RETURNED:
        try:
            Verdict(ended.value["verdict"])
            return Judgement(clause.id, clause.level, seconds=seconds, **ended.value)
        except (TypeError, KeyError, ValueError):
            detail = "it answered in the place of the suite"
            return Judgement(clause.id, clause.level, Verdict.CRASH, seconds, detail)
    return Judgement(clause.id, clause.level, ended.ending, seconds, ended.detail)


def _try(
    clause: Clause,
    candidate: Candidate,
    counterexample: Mapping[str, Any],
    known_leaks: tuple[str, ...],
) -> dict[str, Any]:
    """Run the check; return the part of a judgement that it yields."""
    _draw_the_same_everywhere()
    failures.explain_assertions()
    try:
        loaded = candidate.load()
        with replaying(counterexample):
            choice, left = watched(partial(clause, loaded), clause.path)
    except BaseException as error:
        use_headroom()
        detail, account = failures.described(clause, error)
        failed_by = str(getattr(error, "counterexample", "")) if clause.draws else ""
        told = {"detail": detail, "account": account, "counterexample": failed_by}
        return {"verdict": Verdict.FAIL, **told}
    found = {"leaks": tuple(sorted({*left, *known_leaks}))}
    if new := [f"{number} {kind}" for kind, number in left.items() if kind not in known_leaks]:
        detail = f"left behind each time it is run: {', '.join(sorted(new))}"
        return {"verdict": Verdict.LEAK, "detail": detail, **found}
    if clause.level != Level.MAY:
        return {"verdict": Verdict.PASS, **found}
    if choice not in clause.choices:
        return {"verdict": Verdict.FAIL, "detail": f"chose {choice!r}, which the clause has not"}
    return {"verdict": Verdict.PASS, "choice": str(choice), **found}


def _draw_the_same_everywhere() -> None:
    """Have Hypothesis draw the same examples whatever else this process has imported.

    It would try constants, too, that it finds in the source of modules that are not installed but
    the user's own; a verdict would depend on them, and to look for them takes longer than to judge.
    There is no setting for that; so this is done only where what it is done to is there.
    """
    with suppress(ImportError, AttributeError):
        from hypothesis.internal.conjecture import providers
        from hypothesis.internal.constants_ast import Constants

        none = Constants()
        providers._get_local_constants = lambda: none
