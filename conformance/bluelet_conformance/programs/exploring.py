"""Programs that nobody wrote: drawn, run in batches side by side, and what that found.

The first batch finds most of the faults that there are, and nothing runs beside it. Those after it
begin with what is known by then, two or more at once, and their results are counted in the order of
the programs; so what comes of them does not depend on which is done first.

Nothing is lost without a word. A process that dies has told before what it found, and which program
it was at. That program is run again alone, and if it does not show there why the process died, that
is told with the batch, and so is every program that there was no time for.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from random import Random
from typing import TypeAlias

from bluelet_spec.model import Departure
from bluelet_spec.programs.drawing import drawn
from bluelet_spec.programs.enumerating import EXHAUSTIVE_COUNT, exhaustive
from bluelet_spec.programs.language import CONNECTION, EVENTS, Program
from bluelet_spec.programs.running import CRASHES, HANGS, RETURNS, Observation
from bluelet_spec.programs.shrinking import shrunk

from bluelet_conformance.judging.forkserver import Ended, Ending
from bluelet_conformance.judging.servers import Server
from bluelet_conformance.programs import batch
from bluelet_conformance.programs.findings import Exploration, Finding, Lost


@dataclass(frozen=True)
class Effort:
    """How much is tried."""

    programs: int
    """How many programs."""
    seconds: float | None
    """For how long at the most; None for as long as it takes."""


EFFORTS = {
    "quick": Effort(2_000, None),
    "standard": Effort(200_000, 60),
    "exhaustive": Effort(EXHAUSTIVE_COUNT, None),
}
"""By the name that `--effort` takes."""

PARTS = {"exhaustive": 8}
"""In how many parts an effort is made; they can be made side by side."""

_FIRST_BATCH, _BATCH, _FRAGILE_BATCH = 200, 450, 50
"""How many programs a process runs at the most: at first, later, and after one that has died."""

_LEAST = 10
"""How many programs it takes for a process of their own to pay."""

_SECONDS = 1.0
"""For how long a process begins new programs."""

_PROBING = 20
"""How many seconds it may take to find out what programs can be run."""

_AT_ONCE = 8
"""How many batches are under way at once, at the most."""

_TOLD = 3
"""How many processes that died without a cause are told one by one."""

NEEDED = frozenset({CONNECTION, *(kind.word for kind in EVENTS)})
"""The names of bluelet's that programs can need."""

_DIED = "run.drives-root"
"""The clause that forbids that a program ends its process."""


_Course: TypeAlias = Generator[int, Ended, None]
"""Yields the numbers of tasks, and is sent what became of them."""


@dataclass(eq=False)
class _Batch:
    """Programs that are run in one process."""

    programs: list[Program]
    number: int = 0
    """That of its task; 0 before it begins."""

    def __post_init__(self) -> None:
        self.as_json = [each.as_json() for each in self.programs]


class Exploring:
    """Programs being run on an implementation, until the effort, or a part of it, is spent.

    Those of `first` come first. None needs a name of bluelet's that the implementation is
    `without`. The clauses that are `expected` not to be met are out of force.
    """

    tell: Callable[[Exploration], object] = staticmethod(lambda found: None)
    """Hears from time to time how far it is."""

    def __init__(
        self,
        server: Server,
        effort: str,
        part: int,
        seed: int | str,
        first: list[Program],
        without: frozenset[str] = frozenset(),
        expected: frozenset[str] = frozenset(),
    ) -> None:
        self.found = Exploration(effort, seed)
        self._without = without & NEEDED
        self._expected = expected
        self._server = server
        self._batches: deque[_Batch] = deque()
        """In the order of the programs; the first is the next to be counted."""
        self._until: float | None = None
        self._course = self._explored(EFFORTS[effort], part, first)
        self._awaited: int | None = next(self._course)

    def go_on(self) -> None:
        """Do what can be done without a wait.

        Raises:
            SuiteFailure: the suite itself failed.
        """
        while self._awaited is not None and self._awaited in self._server.look():
            self._awaited = self._after(self._server.result(self._awaited))

    def finish(self) -> Exploration:
        """Wait until all is done, and return what was found.

        Raises:
            SuiteFailure: the suite itself failed.
        """
        while self._awaited is not None:
            self._awaited = self._after(self._server.result(self._awaited))
        return self.found

    def _after(self, ended: Ended) -> int | None:
        """Go on after a task; return the number of the next one to wait for, if there is one."""
        try:
            return self._course.send(ended)
        except StopIteration:
            return None

    def _explored(self, limit: Effort, part: int, first: list[Program]) -> _Course:
        connects = yield self._server.submit(
            batch.makes_connections, seconds=_PROBING, cpu_seconds=_PROBING
        )
        if limit.seconds is not None:
            self._until = time.monotonic() + limit.seconds
        if not connects.value:
            self._without |= {CONNECTION}
        found, without = self.found, self._without
        found.without = sorted(without)
        first = [each for each in first if without.isdisjoint(each.needs())]
        if found.effort == "exhaustive":
            programs = chain(first, exhaustive(part, PARTS[found.effort], without))
        else:
            random = Random(found.seed)
            drawn_ones = (drawn(random, without=without) for _ in range(limit.programs))
            programs = chain(first, drawn_ones)
        yield from self._in_batches(programs)
        if self._until is not None and found.programs < len(first) + limit.programs:
            found.left_out = f"as many as {limit.seconds:g} s had time for, of {limit.programs}"

    def _in_batches(self, programs: Iterator[Program]) -> _Course:
        """Run programs, as far as there is time."""
        self._draw(programs, 1, _FIRST_BATCH)
        at_once = 1
        while self._batches:
            for each in list(islice(self._batches, at_once)):
                if not each.number:
                    self._begin(each)
            # While these run there is time to draw what takes their place, one at a time.
            self._draw(programs, _AT_ONCE + 1, _BATCH)
            self._count(self._batches[0], (yield self._batches[0].number))
            self.tell(self.found)
            at_once = _AT_ONCE

    def _draw(self, programs: Iterator[Program], count: int, size: int) -> None:
        """Have so many batches, if there are as many programs, and time for them."""
        while len(self._batches) < count and not self._is_over():
            if not (more := list(islice(programs, size))):
                return
            self._batches.append(_Batch(more))

    def _is_over(self) -> bool:
        return self._until is not None and time.monotonic() > self._until

    def _begin(self, begun: _Batch) -> None:
        """Have a batch be run."""
        seconds = _SECONDS
        if self._until is not None:
            seconds = max(0.0, min(seconds, self._until - time.monotonic()))
        begun.number = self._server.submit(
            batch.run_batch,
            seconds=batch.QUIET,
            cpu_seconds=None,  # It sees to that itself.
            programs=begun.as_json,
            known=sorted({*self.found.findings, *self._expected}),
            for_seconds=seconds,
        )

    def _count(self, done: _Batch, ended: Ended) -> None:
        """Count what came of the first batch, and put what is left of it in its place."""
        found, programs = self.found, done.programs
        self._batches.popleft()
        for note in ended.notes:
            finding = Finding(**note["finding"])
            found.findings.setdefault(finding.clause, finding)
        has_died = ended.ending != Ending.RETURNED
        if has_died:
            reached = ended.mark + 1
            self._account_for(programs[:reached], ended)
        else:
            reached = int(ended.value)
        found.programs += reached
        left = programs[reached:] if not self._is_over() else []
        # What took so long that some are left is run in several processes.
        size = _FRAGILE_BATCH if has_died else max(-(-len(left) // _AT_ONCE), _LEAST)
        parts = [left[at : at + size] for at in range(0, len(left), size)]
        self._batches.extendleft(_Batch(part) for part in reversed(parts))

    def _account_for(self, programs: list[Program], ended: Ended) -> None:
        """Say why a process died at the last of some programs."""
        if _DIED in self.found.findings:
            return
        program = programs[-1]
        if ending := self._alone(program):
            program = shrunk(program, lambda each: self._alone(each) == ending)
            departs = Departure(0, _DIED, (RETURNS,))
            seen = Observation([], ending)
            demands = batch.forbidding(())
            self.found.findings[_DIED] = batch.finding_of(
                self._server.candidate, program, seen, departs, demands
            )
            return
        detail = ended.detail.removeprefix("the process ")
        if len(self.found.lost) < _TOLD:
            told = f"a process {detail} at the last of {len(programs)} programs"
            self.found.lost.append(Lost(told, [each.as_json() for each in programs]))
        else:
            self.found.lost.append(Lost(f"a process {detail}", [program.as_json()]))

    def _alone(self, program: Program) -> str:
        """Return how a program ends that ends the process which runs it, or nothing."""
        ended = self._server.do(
            batch.run_one,
            seconds=1,
            cpu_seconds=1,
            program=program.as_json(),
        )
        endings = {Ending.CRASH: CRASHES, Ending.HANG: HANGS, Ending.SPIN: HANGS}
        return endings.get(ended.ending, "")
