"""What is measured: a case, and how one figure of it is taken.

A case is one thing that a user's program does often: give the others a turn, call, wait, echo. It
is measured at several sizes and for several peers. One figure is taken by a process that is
started for it, runs one peer at one size for some seconds, and prints what it found as JSON: so
nothing of one peer is in the way of another, neither what it imported nor what it left in memory.
That process is pinned to one core where the system can do that, lest it be moved while it runs.

What cannot be measured is left out, with the reason: a peer that is not installed, a depth that
its stack does not allow. It never ends the run, in which others are still to be measured.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
"""The folder from which `python -m benchmarks` is run: the reference is next door."""

REFERENCE = "reference"
"""The peer that all others are compared with."""

PEERS = (
    REFERENCE,
    "bluelet 0.2.0",
    "asyncio",
    "asyncio sock_*",
    "uvloop",
    "trio",
    "curio",
    "gevent",
    "limit",
)
"""All peers, in the order in which they are shown."""

WITHOUT_SOCKETS = tuple(peer for peer in PEERS if peer != "asyncio sock_*")
"""Those that differ where there are no sockets."""

DISTRIBUTIONS = {
    "bluelet 0.2.0": "bluelet",
    "uvloop": "uvloop",
    "trio": "trio",
    "curio": "curio",
    "gevent": "gevent",
}
"""What has to be installed for a peer; the others need nothing but Python."""

_GRACE = 120.0
"""Seconds that a process may take beside those it is told to measure for: to set up and clear."""


class LeftOut(Exception):
    """A figure cannot be taken; the message says why, in a few words."""


@dataclass(frozen=True)
class Case:
    """One thing to measure, at several sizes."""

    name: str
    """By which the command line knows it."""
    title: str
    """What one operation is, in a line."""
    unit: str
    """Of a figure: "/s" of which more is better, or "bytes" or "s" of which less is."""
    sizes: tuple[int, ...]
    """In ascending order."""
    size_is: str
    """What a size counts, such as "threads"."""
    peers: tuple[str, ...]
    """The peers that have the case; the others have nothing that could be compared."""
    measure: Callable[[str, int, float], float]
    """Given a peer, a size and seconds, take one figure. Raises `LeftOut` if that cannot be."""

    @property
    def more_is_better(self) -> bool:
        """Whether the greater of two figures is the better."""
        return self.unit == "/s"


def missing(peer: str) -> str | None:
    """Return why `peer` cannot be measured here, or None if it can."""
    distribution = DISTRIBUTIONS.get(peer)
    if distribution is None:
        return None
    try:
        version = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return f"{distribution} is not installed"
    if " " in peer and peer != f"{distribution} {version}":
        return f"the {distribution} that is installed is {version}"
    return None


def in_process(module: str, *arguments: object, seconds: float) -> Any:
    """Run `python -m module arguments…` as a process of its own; return the JSON that it prints.

    It is to take about `seconds`, and is killed if it takes far longer, or if this is interrupted.

    Raises:
        LeftOut: it says so, by JSON that is ``{"left out": "why"}``; or it failed or was killed.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    limit = 10 * seconds + _GRACE
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        raise LeftOut(f"was not done after {limit:.0f} s") from None
    if done.returncode < 0:
        raise LeftOut(f"its process died of {signal.Signals(-done.returncode).name}")
    if done.returncode:
        complaint = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise LeftOut(complaint[-1][:200])
    result = json.loads(done.stdout)
    if isinstance(result, dict) and "left out" in result:
        raise LeftOut(result["left out"])
    return result


def cores() -> list[int]:
    """Return the numbers of the cores that this process may use; none if that is not known."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def pin(index: int) -> None:
    """Keep this process, and those that it starts, on one of its cores, or do nothing.

    By convention, what is measured is pinned to the last core, -1, and what loads it to the first,
    0, where there are two: system services and interrupts are mostly found on the first.
    """
    available = cores()
    if len(available) > 1:
        os.sched_setaffinity(0, {available[index]})
