"""What a program has left behind once `run` is over: descriptors, processes, threads, generators.

Garbage is collected before anything counts, so what an implementation has let go of is no leak,
only what it still holds. And one look is not enough: an implementation may keep something for good
that it needed once, such as a selector for all its runs. So where something is left, the program is
run again, and it leaks if the second run leaves something behind as well.

Threads and processes may be about to end. After the second run, and only then, that is waited for.
Where some of the first run end meanwhile, too much was counted after it; then there is a third run
to compare with the second.
"""

from __future__ import annotations

import gc
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep  # As it is before an implementation comes that replaces it.
from types import GeneratorType
from typing import TypeVar

from bluelet_conformance.judging import processes

T = TypeVar("T")

THREADS = "threads of the operating system"
PROCESSES = "child processes"

_GRACE = (0.001, 0.01, 0.05, 0.2, 0.5)
"""Seconds, one after the other, that are given to threads and processes that are about to end."""


class ProgramRaised(Exception):
    """The program raised something: `error`."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class _Things:
    """What there is at a moment."""

    counted: Counter[str]
    """What cannot be told from one another: how many of each kind."""
    threads: frozenset[threading.Thread]
    processes: frozenset[int]

    def since(self, before: _Things) -> Counter[str]:
        """Return how many there are more than before, by kind."""
        more = self.counted - before.counted
        more[THREADS] = len(self.threads) - len(before.threads)
        more[PROCESSES] = len(self.processes) - len(before.processes)
        return +more


def watched(
    program: Callable[[], T], path: Path, known: Collection[str] = ()
) -> tuple[T, Counter[str]]:
    """Run `program`; return what it returns, and how many it leaks of what.

    Generators count if their code is in the file at `path`. Kinds that are `known` to leak are not
    waited for.

    Raises:
        ProgramRaised: the program raises something.
    """
    before = _things(path)
    value = run(program)
    between = _things(path)
    first = between.since(before)
    if not first:
        return value, first
    value = run(program)
    _let_end(between, known)
    after = _things(path)
    left = after.since(between)
    if _are_gone(between, before, after):
        value = run(program)
        _let_end(after, known)
        left = _things(path).since(after)
    return value, left


def run(program: Callable[[], T]) -> T:
    """Run a program, and return what it returns.

    Raises:
        ProgramRaised: it raises something.
    """
    try:
        return program()
    except BaseException as error:
        raise ProgramRaised(error) from None


def _let_end(before: _Things, known: Collection[str]) -> None:
    """Wait, for a while, until there are no more threads and processes than before."""
    for pause in _GRACE:
        more = {
            THREADS: threading.active_count() - len(before.threads),
            PROCESSES: len(processes.children(os.getpid())) - len(before.processes),
        }
        if not any(number > 0 for kind, number in more.items() if kind not in known):
            break
        sleep(pause)


def _are_gone(then: _Things, before: _Things, now: _Things) -> bool:
    """Return whether threads or processes that had been begun then have ended by now."""
    return bool(then.threads - before.threads - now.threads) or bool(
        then.processes - before.processes - now.processes
    )


def _things(path: Path) -> _Things:
    gc.collect()
    counted = Counter(_descriptors())
    counted["unclosed generators"] = sum(
        isinstance(thing, GeneratorType)
        and thing.gi_frame is not None
        and thing.gi_code.co_filename == str(path)
        for thing in gc.get_objects()
    )
    return _Things(
        +counted,
        frozenset(threading.enumerate()),
        frozenset(processes.children(os.getpid())),
    )


def _descriptors() -> list[str]:
    """Return what each of this process's descriptors is, without what tells one from another."""
    kinds = []
    for descriptor in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        with suppress(OSError):  # There is one that the directory was read with.
            kind = re.sub(r":?\[\d+\]$", "", os.readlink(f"/proc/self/fd/{descriptor}"))
            kinds.append(f"open descriptors ({kind.removeprefix('anon_inode:').strip('[]')})")
    return kinds
