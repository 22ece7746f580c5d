"""The cases of memory: what an idle thread takes beside the generator that its program made.

The operating system tells how much memory the process has before and after so many threads were
set up; Python's own account knows nothing of what C extensions allocate, and slows them down. A
bare generator, measured in the same way, is taken off from all, since a program would have it with
any scheduler, or with none. gevent's threads have no generator, but a stack; from them the same
is taken off, so that what is left can be compared.
"""

from __future__ import annotations

from functools import partial

from benchmarks.cases import WITHOUT_SOCKETS, Case
from benchmarks.peers import measure

_SCHEDULERS = tuple(peer for peer in WITHOUT_SOCKETS if peer != "limit")


def _per_thread(name: str, peer: str, size: int, seconds: float) -> float:
    """Return the bytes of one of `size` threads, without those of a bare generator."""
    whole = measure(name, peer, size, seconds)
    bare = measure("memory-bare", "limit", size, seconds)
    return (whole - bare) / size


def _case(name: str, title: str) -> Case:
    measure_case = partial(_per_thread, name)
    return Case(name, title, "bytes", (10_000, 100_000), "threads", _SCHEDULERS, measure_case)


CASES: tuple[Case, ...] = (
    _case("memory-sleep", "memory of a thread that sleeps, beside its generator"),
    _case("memory-join", "memory of a thread that joins another, beside its generator"),
)
