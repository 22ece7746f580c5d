"""The model is monotone: to take a clause out of force never forbids more.

What many bluelets do, right ones and wrong ones, is judged with random sets of clauses in force:
what a set allows, every subset of it allows. So many triples of a trace and two such sets are tried
as the environment says:

    TRIPLES=1000000 pytest -q -s --timeout=0 conformance/tests/test_monotone.py
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from random import Random
from time import monotonic

import pytest
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.programs import batch
from bluelet_spec import Level, clauses
from bluelet_spec.model import departure, in_force
from bluelet_spec.programs.drawing import drawn
from bluelet_spec.programs.language import Program
from bluelet_spec.programs.running import Observation
from support import ROOT, candidate, reference, saboteurs

TRIPLES = int(os.environ.get("TRIPLES", "12000"))

PER_TRACE = 25
"""How many pairs of sets are tried with each trace."""

PATIENCE = 3.0
"""How many seconds a bluelet has for its programs; what it has run by then counts."""

PORTS = ROOT / "conformance" / "ports"

ALL = tuple(each.id for each in clauses().values() if each.level != Level.MAY)
MUST = in_force(Level.MUST)

Run = tuple[Program, Observation]


def tell(port: Candidate, programs: list[Program], to: int) -> None:
    """Run programs, each with a limit, and write what is seen, a line each."""
    sys.path.append(str(PORTS / "tinybluelet" / "src"))
    bluelet = port.load()
    batch._be_silent()
    for number, program in enumerate(programs):
        if all(hasattr(bluelet, name) for name in program.needs()):
            seen = batch._observed(bluelet, program, batch._FIRST)
            line = json.dumps([number, seen.trace, seen.ending]) + "\n"
            os.write(to, line.encode())


def runs_of(port: Candidate, programs: list[Program]) -> Iterator[Run]:
    """Yield what programs do on a bluelet, in a process of its own, as far as it gets."""
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        with suppress(BaseException):
            os.setsid()
            os.close(read)
            tell(port, programs, write)
        os._exit(0)
    os.close(write)
    told, until = b"", monotonic() + PATIENCE + len(programs) * 0.02
    while select.select([read], [], [], max(0.0, until - monotonic()))[0]:
        if not (more := os.read(read, 1 << 16)):
            break
        told += more
    os.close(read)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    for line in told.splitlines(keepends=True):
        if line.endswith(b"\n"):
            number, trace, ending = json.loads(line)
            yield programs[number], Observation([tuple(each) for each in trace], ending)


@cache
def runs() -> list[Run]:
    """Return what drawn programs do on many bluelets."""
    random = Random(TRIPLES)
    others = ["tinybluelet"]
    if find_spec("bluelet"):  # It is there where somebody has installed it.
        others.append("bluelet")
    wrong = saboteurs()
    if 10 * PER_TRACE * len(wrong) > TRIPLES:  # Some of them will do.
        wrong = random.sample(wrong, 12)
    modules = [Candidate(name, f"module {name}", name) for name in others]
    ports = [reference(), *modules, *map(candidate, wrong)]
    each = -(-TRIPLES // (PER_TRACE * len(ports))) * 5 // 4
    found: list[Run] = []
    for port in ports:
        found += runs_of(port, [drawn(random) for _ in range(each)])
    return found


def sets(
    random: Random, program: Program, seen: Observation
) -> Iterator[tuple[set[str], set[str]]]:
    """Yield sets of clauses, each with a subset: any, and those that forbid a trace, less some."""
    told: set[str] = set()
    for _ in range(PER_TRACE):
        chance = random.choice([0.5, 0.9, 0.98, 1.0])
        whole = {each for each in ALL if each not in told and random.random() < chance}
        if random.random() < 0.3:
            whole = {each for each in whole if clauses()[each].level == Level.MUST}
        less = random.choice([0.02, 0.1, 0.5])
        part = {each for each in whole if random.random() >= less}
        yield whole, part
        found = departure(program, seen, whole.__contains__)
        if found is None:
            told = set()
        else:
            told.add(found.clause)


def test_what_a_set_of_clauses_allows_each_subset_allows() -> None:
    random = Random(1)
    tried, forbidden = 0, 0
    for program, seen in runs():
        for whole, part in sets(random, program, seen):
            tried += 1
            if tried % 25_000 == 0:
                print(f"{tried} triples", flush=True)  # A million take half an hour.
            found = departure(program, seen, part.__contains__)
            forbidden += found is not None
            if found is not None and departure(program, seen, whole.__contains__) is None:
                pytest.fail(
                    f"{json.dumps(program.as_json())} {seen} by {found.clause} at {found.at}, "
                    f"but not with {sorted(whole - part)} in force"
                )
    print(f"{tried} triples of {len(runs())} traces, {forbidden} of them forbidden")
    assert tried >= 0.8 * TRIPLES
    assert forbidden > tried // 200


def test_no_finding_names_a_must_that_must_alone_does_not_forbid() -> None:
    named = 0
    for program, seen in runs():
        known: set[str] = set()
        while found := departure(program, seen, batch.forbidding(known)):
            if clauses()[found.clause].level == Level.MUST:
                named += 1
                alone = departure(program, seen, MUST)
                assert alone is not None, f"{json.dumps(program.as_json())} {seen} {found} {known}"
            known.add(found.clause)
    assert named
