"""Programs in a process: an implementation runs them, and the model says where it departs.

Many programs are run in one process, a *batch*. Each has an alarm; where that does not help, for
the implementation crashes or lets nobody interrupt it, the process is ended, and which program it
was, and what was found before, is known to whoever had it run.

Each fault is told once, by the clause that forbids what was seen. What has been told is in force no
longer, as far as the model can go on without it: so what stands behind it is found too. A program
is said not to return only after it has had its time, which is far more than any takes.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from time import monotonic, process_time  # As they are before an implementation replaces them.
from types import FrameType
from typing import Any

from bluelet_spec import Level, clauses
from bluelet_spec.clause import Implementation
from bluelet_spec.model import Demands, Departure, departure, in_force
from bluelet_spec.programs.allowing import allowed_after
from bluelet_spec.programs.language import Program, Sleep
from bluelet_spec.programs.running import HANGS, Observation, connects, observe
from bluelet_spec.programs.scripts import script
from bluelet_spec.programs.shrinking import shrunk
from bluelet_spec.programs.writing import compiled

from bluelet_conformance.judging import processes
from bluelet_conformance.judging.child import Port
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.programs.findings import Finding


@dataclass(frozen=True)
class _Limit:
    """When a program is taken not to return."""

    seconds: float
    """By the clock."""
    cpu_seconds: float
    waiting: float = 0.0
    """How many seconds more of nothing but waiting, which a busy machine does not add to."""

    def of(self, program: Program) -> _Limit:
        """Return it with as much more as a program has more to do."""
        length = program.length()
        seconds, cpu_seconds = self.seconds + length * 0.0002, self.cpu_seconds + length * 0.000015
        return _Limit(seconds, cpu_seconds, self.waiting)


_FIRST, LAST = _Limit(0.02, 0.001), _Limit(0.05, 0.1, waiting=0.2)
"""The limit to go by while there is much to try, and the one that decides.

A short program takes less than a millisecond, and sleeps for no longer.
"""

_MORE = _Limit(0.02, 0.002, waiting=0.01)
"""What a program has left after an alarm that is its last, for it may outlive that."""

_LOOK = 0.001
"""How many seconds it takes until the limit is looked at again."""

_GLANCE = 0.01
"""The most seconds that count between two looks."""

_RINGS = 20
"""How many alarms a program may outlive."""

_TRIES = 5
"""How often a program is run, where time has a say, until it shows what it did before."""

QUIET = 1
"""How many seconds a process may wait in one run: it may be deaf to every alarm."""


class _Stopped(BaseException):
    """Raised in a program that does not return."""


def makes_connections(port: Port) -> bool:
    """Return whether programs with connections can be run on an implementation; a task."""
    _be_silent()
    return connects(port.load())


def run_one(port: Port, program: Any) -> None:
    """Run a program, as one that may end its process; a task."""
    _be_silent()
    _observed(port.load(), Program.from_json(program), LAST)


def run_batch(port: Port, programs: list[Any], known: list[str], for_seconds: float) -> int:
    """Run programs until that takes so long, and return how many; a task.

    Each fault against a clause that is not `known` is noted.
    """
    _be_silent()
    bluelet = port.load()
    batch = [Program.from_json(each) for each in programs]
    gc.freeze()  # Else it would take its time in the middle of some program.
    already = set(known)
    demands = forbidding(already)
    until = monotonic() + for_seconds
    for position, program in enumerate(batch):
        port.mark(position)
        while finding := examined(port, bluelet, program, already, demands):
            port.note({"finding": asdict(finding)})
            already.add(finding.clause)
            demands = forbidding(already)
        if monotonic() > until:
            return position + 1
    return len(batch)


def examined(
    port: Port,
    bluelet: Implementation,
    program: Program,
    known: set[str],
    demands: Demands,
) -> Finding | None:
    """Run one program; return the fault that it shows, if it is not known."""

    def shown(program: Program, limit: _Limit) -> tuple[Observation, Departure] | None:
        port.begin_anew()
        seen = _observed(bluelet, program, limit)
        found = departure(program, seen, demands)
        return None if found is None or found.clause in known else (seen, found)

    fault = shown(program, _FIRST)
    if fault is not None and fault[0].ending == HANGS:
        fault = shown(program, LAST)
    if fault is None:
        return None
    clause = fault[1].clause

    def again(program: Program, limit: _Limit) -> tuple[Observation, Departure] | None:
        """Run it until it shows the fault again, where that depends on the clock too."""
        until = monotonic() + limit.seconds  # One that waits in vain has had its chance.
        for _ in range(_TRIES if hangs_on_time(program) else 1):
            found = shown(program, limit)
            if found is not None and found[1].clause == clause:
                return found
            if monotonic() > until:
                break
        return None

    def shows(program: Program) -> bool:
        """Return whether a program shows the fault, and not that a name of bluelet's is missing."""
        has_all = all(hasattr(bluelet, name) for name in program.needs())
        return has_all and again(program, _FIRST) is not None

    small = shrunk(program, shows)
    if smaller := again(small, LAST):
        program, fault = small, smaller
    return finding_of(port.candidate, program, *fault, demands)


def hangs_on_time(program: Program) -> bool:
    """Return whether a program may do something else when it is run again."""
    return bool(program.connections()) or any(
        isinstance(each, Sleep) for each in program.statements()
    )


def finding_of(
    candidate: Candidate,
    program: Program,
    seen: Observation,
    departs: Departure,
    demands: Demands,
) -> Finding:
    """Return what to tell of a program that shows a fault."""
    trace, rest = seen.trace[: departs.at], seen.trace[departs.at :]
    allowed = list(allowed_after(program, trace, demands, rest))
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
        list(departs.related),
    )


def forbidding(known: Iterable[str]) -> Demands:
    """Return which clauses are in force where some faults are known: but for these, all."""
    return in_force(Level.MUST, Level.SHOULD, but=set(known))


def _observed(bluelet: Implementation, program: Program, limit: _Limit) -> Observation:
    """Run a program, up to a limit; it does not return if it is not over by then."""
    seen = Observation()
    trace = seen.trace
    rings: list[int] = []
    is_over, own = False, sys._getframe()
    for _, body in program.bodies:
        compiled(body)  # That takes longer than most runs do, and its time is not theirs.
    limit = limit.of(program)
    until = monotonic() + limit.seconds
    cpu_until = process_time() + limit.cpu_seconds
    idle = _Idle(limit.waiting)

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal until, cpu_until, idle
        if is_over or frame is own:  # While the program runs, the next alarm finds it.
            return
        if process_time() < cpu_until and (monotonic() < until or not idle.is_over()):
            return
        rings.append(len(trace))
        if len(rings) > _RINGS:
            os._exit(1)
        until = monotonic() + _MORE.seconds
        cpu_until, idle = process_time() + _MORE.cpu_seconds, _Idle(_MORE.waiting)
        raise _Stopped

    signal.signal(signal.SIGALRM, ring)
    try:
        # On a busy machine the time can be up when this has just been set.
        signal.setitimer(signal.ITIMER_REAL, limit.cpu_seconds, _LOOK)
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


class _Idle:
    """A time that this process has to spend waiting, from when it is first asked about."""

    def __init__(self, seconds: float) -> None:
        self._left, self._looked, self._busy = seconds, 0.0, 0.0

    def is_over(self) -> bool:
        """Return whether it has passed."""
        if self._left <= 0:
            return True
        now, busy = monotonic(), processes.busy_time(os.getpid())
        if self._looked:  # If it was long ago, this process was stopped.
            self._left -= max(0.0, min(now - self._looked, _GLANCE) - (busy - self._busy))
        self._looked, self._busy = now, busy
        return self._left <= 0


def _be_silent() -> None:
    """Print nothing: an implementation may have something to say of each of thousands."""
    logging.disable(logging.CRITICAL)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
