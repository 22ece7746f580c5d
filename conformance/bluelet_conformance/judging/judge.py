"""Verdicts: what the clauses say of an implementation, found side by side and told in any order.

A verdict depends on the clause and the implementation alone, never on what else was selected or
in which order it was judged. A clause that presupposes others is judged after them, whether or not
they were asked for, and is *blocked* if one of them was not met: there would be nothing new in it.
Each verdict is found once in a session, and remembered.

What will be asked for is given beforehand, by `expect`. Then those clauses whose presuppositions
are known to hold are under way before anybody waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bluelet_spec import NAMES, README_NAMES, Clause, with_presupposed

from bluelet_conformance.judging import machine
from bluelet_conformance.judging.checking import check
from bluelet_conformance.judging.forkserver import Ended, Ending
from bluelet_conformance.judging.inspecting import lacking_methods
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.judging.servers import Servers, SuiteFailure
from bluelet_conformance.judging.verdicts import MET_BY_ITSELF, Judgement, Verdict

SECONDS = 4.0
"""How long a clause may wait by the clock; the longest takes a tenth of it."""

CPU_SECONDS = 2
"""How much CPU time a clause may use."""

_AHEAD = 64
"""How many clauses are under way at once at the most, most of them in line."""

_Key: TypeAlias = tuple[Candidate, str]
"""An implementation, and the id of a clause."""


@dataclass(frozen=True)
class Inspection:
    """What can be said of an implementation before it is judged."""

    version: str
    lacks: frozenset[str]
    """The names that clauses use and it does not have."""
    lacks_methods: frozenset[str] = frozenset()
    """The methods that it does not have, of those that the README does not mention."""
    printed: str = ""
    """What it printed when it was imported."""


class BadImplementation(ValueError):
    """An implementation that cannot be judged at all; the message says why."""

    verdict = Verdict.FAIL
    """What it amounts to, where others are judged beside it."""
    printed = ""
    """What it printed before that was known."""


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
        self.servers = Servers()
        self._unsupported = unsupported or {}
        self._counterexamples = counterexamples or {}
        self._found: dict[_Key, Judgement | SuiteFailure] = {}
        self._inspected: dict[Candidate, Inspection | BadImplementation] = {}
        self._planned: dict[_Key, tuple[Clause, Candidate]] = {}
        """What is to be judged and is not under way, those first that others presuppose."""
        self._under_way: dict[Candidate, dict[int, Clause]] = {}
        """By implementation: what is being judged, by the numbers of the tasks."""
        self.beside: list[Callable[[], None]] = []
        """What else is to be done while clauses are judged; it raises nothing, and seldom waits."""

    def inspect(self, candidate: Candidate) -> Inspection:
        """Import `candidate`, in a process of its own, to see what it is.

        Raises:
            BadImplementation: it or its hook cannot be imported, or it has nothing of a bluelet;
                or the machine is such that nothing can be judged.
            SuiteFailure: the suite itself could not do that.
        """
        if lack := machine.unfit():
            raise BadImplementation(f"nothing can be judged here: {lack}")
        if candidate not in self._inspected:
            try:
                self._inspected[candidate] = self._inspect(candidate)
            except BadImplementation as error:
                self._inspected[candidate] = error
        found = self._inspected[candidate]
        if isinstance(found, BadImplementation):
            raise found
        return found

    def _inspect(self, candidate: Candidate) -> Inspection:
        server = self.servers.of(candidate)
        ended = server.inspect()
        found = _inspection(candidate, ended)
        if unseen := ended.value["unseen"]:
            ended = server.do(
                lacking_methods, seconds=SECONDS, cpu_seconds=CPU_SECONDS, methods=unseen
            )
            found = replace(found, lacks_methods=frozenset(ended.value or ()))
        return found

    def expect(self, asked: Iterable[tuple[Clause, Candidate]]) -> None:
        """Take note of what will be asked for, in which order."""
        for clause, candidate in asked:
            self._plan(clause, candidate)

    def _plan(self, clause: Clause, candidate: Candidate) -> None:
        for one in with_presupposed(clause):
            if (key := (candidate, one.id)) not in self._found:
                self._planned.setdefault(key, (one, candidate))

    def judge(self, clause: Clause, candidate: Candidate) -> Judgement:
        """Return what `clause` says of `candidate`, after those that it presupposes.

        One that cannot be judged at all fails the first clause for it, and all others are blocked.

        Raises:
            SuiteFailure: the suite itself failed there.
        """
        key = (candidate, clause.id)
        self._leave_others(candidate)
        if key not in self._found and not self._is_under_way(clause, candidate):
            self._plan(clause, candidate)
        while key not in self._found:
            self._go_on(key)
            if key not in self._found:  # If not that, then others are to be heard of first.
                busy = [each for each, asked in self._under_way.items() if asked]
                self._hear(candidate if candidate in busy else busy[0], None)
        found = self._found[key]
        if isinstance(found, SuiteFailure):
            raise found
        return found

    def take(self, judgement: Judgement, candidate: Candidate) -> None:
        """Take a verdict as found, which need not be found out."""
        self._found[candidate, judgement.clause] = judgement

    def is_known(self, clause: Clause, candidate: Candidate) -> bool:
        """Return whether `judge` would answer at once."""
        return (candidate, clause.id) in self._found

    def attempt(
        self,
        clause: Clause,
        candidate: Candidate,
        counterexample: Mapping[str, Any] | None = None,
    ) -> Judgement:
        """Return what `clause` by itself says of `candidate`, whatever it presupposes.

        Raises:
            BadImplementation: nothing can be said of it.
            SuiteFailure: the suite itself failed there.
        """
        self.inspect(candidate)
        number = self._ask(clause, candidate, (), counterexample or {})
        return _judgement(clause, self.servers.of(candidate).result(number))

    def close(self) -> None:
        """End all processes."""
        self.servers.close()
        self._under_way.clear()

    def _is_under_way(self, clause: Clause, candidate: Candidate) -> bool:
        return clause in self._under_way.get(candidate, {}).values()

    def _leave_others(self, candidate: Candidate) -> None:
        """Let the fork servers end that nothing more is asked of."""
        if self._under_way.get(candidate) is None:
            needed = {each for each, _ in self._planned}
            for each in [each for each, asked in self._under_way.items() if not asked]:
                if each not in needed and not self.servers.of(each).is_busy:
                    del self._under_way[each]
                    self.servers.leave(each)
            self._under_way[candidate] = {}

    def _go_on(self, wanted: _Key) -> None:
        """Settle, or have under way, all that can be by now, and that there is room for."""
        for each in self.servers.open():
            self._hear(each, 0)
        for go_on in self.beside:
            go_on()
        for key, (clause, candidate) in list(self._planned.items()):
            if key not in self._planned:
                continue
            room = sum(map(len, self._under_way.values())) < _AHEAD
            try:
                settled = self._settled(clause, candidate)
                if settled is None and (not room or not self._can_be_asked(clause, candidate)):
                    continue
                if settled is None:
                    leaks = self._known_leaks(clause, candidate)
                    data = self._counterexamples.get(clause.id) or {}
                    number = self._ask(clause, candidate, leaks, data)
                    self._under_way.setdefault(candidate, {})[number] = clause
                else:
                    self._found[key] = settled
            except SuiteFailure as failure:
                self._found[key] = failure
            del self._planned[key]
            if wanted in self._found:
                return

    def _hear(self, candidate: Candidate, seconds: float | None) -> None:
        """Take note of what has been found out, after a wait of so long."""
        under_way = self._under_way.get(candidate, {})
        server = self.servers.of(candidate)
        try:
            over = server.look(seconds)
        except SuiteFailure as failure:
            for clause in under_way.values():
                self._found[candidate, clause.id] = failure
            under_way.clear()
            return
        for number in over & under_way.keys():
            clause = under_way.pop(number)
            found: Judgement | SuiteFailure
            try:
                ended = server.result(number)
                found = _judgement(clause, ended)
                if ended.held_up and found.detail.startswith(TimeoutError.__name__):
                    self._planned[candidate, clause.id] = (clause, candidate)
                    continue  # Its time ran out while the machine stood still: once more.
            except SuiteFailure as failure:
                found = failure
            self._found[candidate, clause.id] = found

    def _ask(
        self,
        clause: Clause,
        candidate: Candidate,
        known_leaks: Iterable[str],
        counterexample: Mapping[str, Any],
    ) -> int:
        """Have a clause judged; return the number of that task."""
        return self.servers.of(candidate).submit(
            check,
            seconds=SECONDS,
            cpu_seconds=CPU_SECONDS,
            clause_id=clause.id,
            counterexample=dict(counterexample),
            known_leaks=sorted(known_leaks),
        )

    def _can_be_asked(self, clause: Clause, candidate: Candidate) -> bool:
        return all((candidate, one) in self._found for one in clause.presupposes)

    def _settled(self, clause: Clause, candidate: Candidate) -> Judgement | None:
        """Return what can be said of a clause that need not be run; None of one that has to be.

        Raises:
            SuiteFailure: the suite itself failed where the clause presupposes something.
        """
        return (
            self._unsupported_by(clause, candidate)
            or self._on_this_machine(clause, candidate)
            or self._lacking(clause, candidate)
            or self._blocked(clause, candidate)
        )

    def _unsupported_by(self, clause: Clause, candidate: Candidate) -> Judgement | None:
        lacks = self._lacks_beyond(clause, candidate)
        detail = f"the implementation has no {lacks}, which bluelet's README does not mention"
        if clause.chapter in self._unsupported:
            detail = f"declared so: {self._unsupported[clause.chapter]}"
        elif not lacks:
            return None
        return Judgement(clause.id, clause.level, Verdict.UNSUPPORTED, 0.0, detail, lacks=lacks)

    def _lacks_beyond(self, clause: Clause, candidate: Candidate) -> str:
        """Return what the README does not mention of that without which a clause means nothing.

        A clause is about what those are about that it presupposes.
        """
        try:
            found = self.inspect(candidate)
        except BadImplementation:
            return ""
        lacked = (found.lacks - README_NAMES) | found.lacks_methods
        if not lacked:
            return ""
        needs = frozenset().union(*(one.needs for one in with_presupposed(clause)))
        return ", ".join(f"`{name}`" for name in sorted(needs & lacked))

    def _on_this_machine(self, clause: Clause, candidate: Candidate) -> Judgement | None:
        if not machine.missing():
            return None
        try:
            lack = machine.keeps_from_judging(clause, self.inspect(candidate).lacks)
        except BadImplementation:
            lack = machine.keeps_from_judging(clause)
        if not lack:
            return None
        detail = f"not judged: {lack}"
        return Judgement(clause.id, clause.level, Verdict.BLOCKED, 0.0, detail, blocker=lack)

    def _lacking(self, clause: Clause, candidate: Candidate) -> Judgement | None:
        try:
            lacked = self.inspect(candidate).lacks
        except BadImplementation as error:
            if clause.presupposes:
                return None
            return Judgement(clause.id, clause.level, error.verdict, 0.0, str(error))
        lacks = sorted(clause.needs & lacked) if lacked else ()
        if not lacks:
            return None
        detail = f"the implementation has no {', '.join(f'`{name}`' for name in lacks)}"
        return Judgement(clause.id, clause.level, Verdict.FAIL, 0.0, detail)

    def _blocked(self, clause: Clause, candidate: Candidate) -> Judgement | None:
        for presupposed in clause.presupposes:
            found = self._found.get((candidate, presupposed))
            if found is None:
                return None  # It is told by the first that is not met, whichever is found first.
            if isinstance(found, SuiteFailure):
                raise SuiteFailure(f"at {presupposed}, which this clause presupposes: {found}")
            if found.verdict not in MET_BY_ITSELF:
                detail = f"presupposes {presupposed}, whose verdict is {found.verdict}"
                blocker = found.blocker or f"{presupposed} ({found.verdict})"
                return Judgement(
                    clause.id, clause.level, Verdict.BLOCKED, 0.0, detail, blocker=blocker
                )
        return None

    def _known_leaks(self, clause: Clause, candidate: Candidate) -> set[str]:
        """Return what leaks in the clauses presupposed; in this one it would be nothing new."""
        presupposed = (self._found[candidate, one] for one in clause.presupposes)
        return {kind for each in presupposed if isinstance(each, Judgement) for kind in each.leaks}


def _inspection(candidate: Candidate, ended: Ended) -> Inspection:
    """Return what was found of an implementation.

    Raises:
        BadImplementation: it cannot be judged.
    """
    found = ended.value
    if ended.ending != Ending.RETURNED:
        found = {"error": f"cannot be imported: {ended.detail}"}
    what = f"{candidate.name} ({candidate.origin})"
    if "error" in found:
        error = BadImplementation(f"{what} {found['error']}")
        error.printed = found.get("printed", "")
        if ended.ending != Ending.RETURNED:
            error.verdict = Verdict(ended.ending)
        raise error
    if set(found["lacks"]) == NAMES:
        raise BadImplementation(f"{what} is no bluelet: it has no `run`, nor any other name of it.")
    printed = found.get("printed", "")
    return Inspection(found["version"], frozenset(found["lacks"]), printed=printed)


def _judgement(clause: Clause, ended: Ended) -> Judgement:
    """Return what comes of a clause's check."""
    if ended.ending != Ending.RETURNED:
        found = Judgement(clause.id, clause.level, ended.ending, ended.seconds, ended.detail)
    else:
        told = {**ended.value, "leaks": tuple(ended.value.get("leaks", ()))}
        found = Judgement(clause.id, clause.level, seconds=ended.seconds, **told)
    return replace(found, output=ended.output, errors=ended.errors)
