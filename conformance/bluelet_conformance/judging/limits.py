"""What a process that runs a port's code may use: CPU time, memory, and the size of what it writes.

The system itself sets these limits, so no program can catch its way out. Where the limits that a
run was started with are lower, they stay as they are.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress

OUTPUT = 2**20
"""How many bytes a task may write to a file, and so print."""

MEMORY = 2**29
"""How many bytes of memory a task may take, where the system tells how many it has, as Linux."""

_HEADROOM = 2**26
"""Bytes left to a task that has run out of memory, to say so."""

_ANSWER = 2**24
"""How many bytes the answer may have that a task gives in the end."""


def limit_size(data: int) -> None:
    """Limit what this process writes and takes; `data` is the memory that it has for data now."""
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_FSIZE, OUTPUT, _ANSWER)
    if data:
        _limit(resource.RLIMIT_DATA, data + MEMORY, data + MEMORY + _HEADROOM)


def limit_cpu(seconds: int | None) -> None:
    """Have this process be killed once it has used so much CPU time, unless that is None."""
    if seconds is not None:
        _limit(resource.RLIMIT_CPU, seconds, seconds + 1)


@contextmanager
def for_a_while(cpu_seconds: int, data: int) -> Iterator[None]:
    """Limit what this process uses meanwhile, and no longer; `data` is its memory for data now."""
    wanted = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: OUTPUT,
        resource.RLIMIT_DATA: data + MEMORY,
    }
    before = {kind: resource.getrlimit(kind) for kind in wanted}
    for kind, (_, hard) in before.items():
        _limit(kind, wanted[kind], hard)
    try:
        yield
    finally:
        for kind, present in before.items():
            with suppress(OSError, ValueError):
                resource.setrlimit(kind, present)


def use_headroom() -> None:
    """Let a task that has come to its end say how, though it has used up what it may."""
    for kind in (resource.RLIMIT_DATA, resource.RLIMIT_FSIZE):
        _, hard = resource.getrlimit(kind)
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (hard, hard))


def _limit(kind: int, soft: int, hard: int) -> None:
    present_soft, present_hard = resource.getrlimit(kind)
    if present_hard != resource.RLIM_INFINITY:
        hard = min(hard, present_hard)
    for most in (present_soft, hard):
        if most != resource.RLIM_INFINITY:
            soft = min(soft, most)
    resource.setrlimit(kind, (soft, hard))


def room_for_descriptors() -> int:
    """Return how many descriptors this process may have."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
