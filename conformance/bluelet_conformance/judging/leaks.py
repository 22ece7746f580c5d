"""What a program has left behind once `run` is over: descriptors, processes, threads, generators.

Garbage is collected before anything counts, so what an implementation has let go of is no leak,
only what it still holds. And one look is not enough: an implementation may keep something for good
that it needed once, such as a selector for all its runs. So where something is left, the program is
run again, and it leaks if it leaves more behind than before.
"""

from __future__ import annotations

import gc
import os
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import sleep  # As it is before an implementation comes that replaces it.
from types import GeneratorType
from typing import TypeVar

from bluelet_conformance.judging import processes

T = TypeVar("T")

_THREADS = "threads of the operating system"
_PROCESSES = "child processes"

_GRACE = (0.0, 0.001, 0.01, 0.05, 0.2, 0.5)
"""Seconds, one after the other, that are given to threads and processes that are about to end."""


def watched(program: Callable[[], T], path: Path) -> tuple[T, Counter[str]]:
    """Run `program`; return what it returns, and how many it leaks of what.

    Generators count if their code is in the file at `path`. What `program` raises is raised.
    """
    before = _things(path)
    value = program()
    left = _left_since(before, path)
    if left:
        between = _things(path)
        value = program()
        left = _left_since(between, path)
    return value, left


def _left_since(before: Counter[str], path: Path) -> Counter[str]:
    """Return what there is more than before; what is about to end is waited for, for a while."""
    left: Counter[str] = Counter()
    for pause in _GRACE:
        sleep(pause)
        left = _things(path) - before
        if not left[_THREADS] and not left[_PROCESSES]:
            break
    return left


def _things(path: Path) -> Counter[str]:
    gc.collect()
    things = Counter(_descriptors())
    things[_PROCESSES] = len(processes.children(os.getpid()))
    things[_THREADS] = threading.active_count()
    things["unclosed generators"] = sum(
        isinstance(thing, GeneratorType)
        and thing.gi_frame is not None
        and thing.gi_code.co_filename == str(path)
        for thing in gc.get_objects()
    )
    return things


def _descriptors() -> list[str]:
    """Return what each of this process's descriptors is, without what tells one from another."""
    kinds = []
    for descriptor in Path("/proc/self/fd").glob("*"):
        try:
            kind = re.sub(r":?\[\d+\]$", "", os.readlink(descriptor))
        except OSError:  # The one that the directory was read with.
            continue
        kinds.append(f"open descriptors ({kind.removeprefix('anon_inode:').strip('[]')})")
    return kinds
