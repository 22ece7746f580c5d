"""Programs that nobody wrote: an implementation runs them, and the model says where it departs.

Programs are drawn, and run many to a process. Each has an alarm there; where that does not help,
for the implementation crashes or lets nobody interrupt it, the process is ended, and which program
it was is known by memory that both share. So nothing that a program brings about is lost, nor does
it take the others with it.

Each fault is told once, by the clause that forbids what was seen. What has been told is in force no
longer, as far as the model can go on without it: so what stands behind it is found too. A program
is said not to return only after it has had its time, which is far more than any takes.
"""

from __future__ import annotations

import faulthandler
import gc
import logging
import mmap
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, islice
from random import Random
from types import FrameType
from typing import Any

from bluelet_spec import Level, clauses
from bluelet_spec.clause import Implementation
from bluelet_spec.model import Demands, Departure, departure, in_force
from bluelet_spec.programs.allowing import allowed_after
from bluelet_spec.programs.drawing import drawn
from bluelet_spec.programs.enumerating import EXHAUSTIVE_COUNT, exhaustive
from bluelet_spec.programs.language import Program, Sleep
from bluelet_spec.programs.running import CRASHES, HANGS, RETURNS, Observation, connects, observe
from bluelet_spec.programs.scripts import script
from bluelet_spec.programs.shrinking import shrunk
from bluelet_spec.programs.writing import compiled

from bluelet_conformance.judging.isolation import Ending, isolated
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.programs.findings import Exploration, Finding


@dataclass(frozen=True)
class Effort:
    """How much is tried."""

    programs: int
    """How many programs at the most."""
    seconds: float
    """For how long at the most."""


EFFORTS = {
    "quick": Effort(2_000, 15),
    "standard": Effort(200_000, 60),
    "exhaustive": Effort(EXHAUSTIVE_COUNT, 24 * 3600),
}
"""By the name that `--effort` takes."""

PARTS = {"exhaustive": 8}
"""In how many parts an effort is made; they can be made side by side."""


@dataclass(frozen=True)
class _Limit:
    """When a program is taken not to return."""

    seconds: float
    cpu_seconds: float

    def of(self, program: Program) -> _Limit:
        """Return it with as much more as a program has more to do."""
        length = program.length()
        return _Limit(self.seconds + length * 0.0002, self.cpu_seconds + length * 0.000015)


_FIRST, _LAST = _Limit(0.02, 0.001), _Limit(1.0, 0.2)
"""The limit to go by while there is much to try, and the one that decides.

A short program takes less than a millisecond; but the process may have to wait for its turn, too.
"""

_MORE = _Limit(0.02, 0.001)
"""What a program has left after an alarm that is its last, for it may outlive that."""

_LOOK = 0.001
"""How many seconds it takes until the limit is looked at again."""

_RINGS = 20
"""How many alarms a program may outlive."""

_CHUNK, _CHUNK_SECONDS = 1000, 20
"""How many programs a process runs at the most, and for how long."""

_TRIES = 5
"""How often a program is run, where time has a say, until it shows what it did before."""

_WATCHED, _DEAF = 20, 5
"""After how many programs a process has to be heard of again, and within how many seconds."""


class _Stopped(BaseException):
    """Raised in a program that does not return."""


def explore(
    candidate: Candidate,
    effort: str,
    part: int,
    seed: int | str,
    first: list[Program],
    tell: Callable[[Exploration], object],
) -> Exploration:
    """Run programs on an implementation until the effort, or a part of it, is spent.

    Those of `first` come first. `tell` hears from time to time how far it is.
    """
    limit = EFFORTS[effort]
    until = time.monotonic() + limit.seconds
    found = Exploration(effort, seed)
    random = Random(seed)
    if effort == "exhaustive":
        programs = chain(first, exhaustive(part, PARTS[effort]))
    else:
        programs = chain(first, (drawn(random) for _ in range(limit.programs)))
    if not _makes_connections(candidate):
        programs = chain(each for each in programs if not each.connections())
    while time.monotonic() < until and (chunk := list(islice(programs, _CHUNK))):
        while chunk and time.monotonic() < until:
            ran = _run_chunk(candidate, chunk, found, until)
            found.programs += ran
            chunk = chunk[ran:]
            tell(found)
    return found


def _makes_connections(candidate: Candidate) -> bool:
    """Return whether programs with connections can be run on an implementation."""
    task = partial(_connects, candidate)
    return isolated(task, seconds=_CHUNK_SECONDS, cpu_seconds=_CHUNK_SECONDS).value is True


def _connects(candidate: Candidate) -> bool:
    _be_silent()
    return connects(candidate.load())


def _run_chunk(candidate: Candidate, chunk: list[Program], found: Exploration, until: float) -> int:
    """Run programs in a process of their own; return how many were run."""
    with mmap.mmap(-1, 8) as begun:
        task = partial(_explored, candidate, chunk, list(found.findings), until, begun)
        ended = isolated(task, seconds=_CHUNK_SECONDS, cpu_seconds=None)  # It is watched.
        if ended.ending == Ending.RETURNED:
            new = [Finding(**each) for each in ended.value["findings"]]
            found.findings.update({each.clause: each for each in new})
            return int(ended.value["run"])
        position = int.from_bytes(begun[:8], "little")
    program, clause = chunk[position], "run.drives-root"
    if clause not in found.findings and (ending := _alone(candidate, program)):
        program = shrunk(program, lambda each: _alone(candidate, each) == ending)
        departs = Departure(0, clause, (RETURNS,))
        seen = Observation([], ending)
        found.findings[clause] = _finding(candidate, program, seen, departs, _in_force(set()))
    return position + 1


def _alone(candidate: Candidate, program: Program) -> str:
    """Return how a program ends that ends the process which runs it, or nothing."""

    def run() -> None:
        _be_silent()
        _observed(candidate.load(), program, _LAST)

    ended = isolated(run, seconds=2 * _LAST.seconds, cpu_seconds=1).ending
    endings = {Ending.CRASH: CRASHES, Ending.HANG: HANGS, Ending.SPIN: HANGS}
    return endings.get(ended, "")


def _explored(
    candidate: Candidate, chunk: list[Program], known: list[str], until: float, begun: mmap.mmap
) -> dict[str, Any]:
    """Run programs in this process; return how many, and what is new."""
    _be_silent()
    bluelet = candidate.load()
    gc.freeze()  # Else it would take its time in the middle of some program.
    findings: list[Finding] = []
    already = set(known)
    demands = _in_force(already)
    until = min(until, time.monotonic() + _CHUNK_SECONDS / 4)
    for position, program in enumerate(chunk):
        begun[:8] = position.to_bytes(8, "little")
        if position % _WATCHED == 0:
            _watch()
        finding = examined(candidate, bluelet, program, already, demands)
        if finding is not None:
            findings.append(finding)
            already.add(finding.clause)
            demands = _in_force(already)
        if time.monotonic() > until:
            break
    return {"run": position + 1, "findings": [asdict(each) for each in findings]}


def examined(
    candidate: Candidate,
    bluelet: Implementation,
    program: Program,
    known: set[str],
    demands: Demands,
) -> Finding | None:
    """Run one program; return the fault that it shows, if it is not known."""

    def shown(program: Program, limit: _Limit) -> tuple[Observation, Departure] | None:
        seen = _observed(bluelet, program, limit)
        found = departure(program, seen, demands)
        return None if found is None or found.clause in known else (seen, found)

    fault = shown(program, _FIRST)
    if fault is not None and fault[0].ending == HANGS:
        fault = shown(program, _LAST)
    if fault is None:
        return None
    clause = fault[1].clause

    def again(program: Program, limit: _Limit) -> tuple[Observation, Departure] | None:
        """Run it until it shows the fault again, where that depends on the clock too."""
        until = time.monotonic() + limit.seconds  # One that waits in vain has had its chance.
        for _ in range(_TRIES if hangs_on_time(program) else 1):
            _watch()
            found = shown(program, limit)
            if found is not None and found[1].clause == clause:
                return found
            if time.monotonic() > until:
                break
        return None

    small = shrunk(program, lambda each: again(each, _FIRST) is not None)
    if smaller := again(small, _LAST):
        program, fault = small, smaller
    _watch()
    return _finding(candidate, program, *fault, demands)


def hangs_on_time(program: Program) -> bool:
    """Return whether a program may do something else when it is run again."""
    return bool(program.connections()) or any(
        isinstance(each, Sleep) for each in program.statements()
    )


def _finding(
    candidate: Candidate,
    program: Program,
    seen: Observation,
    departs: Departure,
    demands: Demands,
) -> Finding:
    allowed = list(allowed_after(program, seen.trace[: departs.at], demands))
    return Finding(
        departs.clause,
        clauses()[departs.clause].level,
        program.as_json(),
        [list(entry) for entry in seen.trace],
        seen.ending,
        departs.at,
        allowed,
        script(
            program,
            implementation=candidate.target,
            seen=seen,
            departure=departs,
            allowed=allowed,
            hook=candidate.hook,
        ),
    )


def _in_force(known: set[str]) -> Demands:
    """Return which clauses are in force where some faults are known: but for these, all."""
    return in_force(Level.MUST, Level.SHOULD, but=known)


def _observed(bluelet: Implementation, program: Program, limit: _Limit) -> Observation:
    """Run a program, up to a limit; it does not return if it is not over by then."""
    seen = Observation()
    trace = seen.trace
    rings: list[int] = []
    is_over = False
    for _, body in program.bodies:
        compiled(body)  # That takes longer than most runs do, and its time is not theirs.
    limit = limit.of(program)
    until = time.monotonic() + limit.seconds
    cpu_until = time.process_time() + limit.cpu_seconds

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal until, cpu_until
        if is_over or (time.process_time() < cpu_until and time.monotonic() < until):
            return
        rings.append(len(trace))
        if len(rings) > _RINGS:
            os._exit(1)
        until = time.monotonic() + _MORE.seconds
        cpu_until = time.process_time() + _MORE.cpu_seconds
        raise _Stopped

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit.cpu_seconds, _LOOK)
    try:
        try:
            observe(bluelet, program, seen)
        finally:
            is_over = True
    except _Stopped:
        is_over = True
    signal.setitimer(signal.ITIMER_REAL, 0)
    if rings:  # What was noted from then on the alarm has brought about.
        return Observation(trace[: rings[0]], HANGS)
    return seen


def _watch() -> None:
    """Leave if nothing is heard for long: who runs may be deaf to every alarm."""
    faulthandler.dump_traceback_later(_DEAF, exit=True)


def _be_silent() -> None:
    """Print nothing: an implementation may have something to say of each of thousands."""
    logging.disable(logging.CRITICAL)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
