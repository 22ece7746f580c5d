"""The programs that are measured, one module for each peer, with a function for each case.

Each is written as that library's own users would write it, and is run by

    python -m benchmarks.peers.NAME CASE SIZE SECONDS

which prints the figure. A program for a case of speed has a place where the operation is done again
and again. There it takes a `Laps`, whose laps say how often, and which looks at the clock between
them: so rarely that this costs nothing.

For memory, a program sets up `size` idle threads and returns what they take together.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

from benchmarks.cases import LeftOut, in_process, pin

FOREVER = 3600.0
"""Seconds. Longer than any of this takes."""

MOMENT = 1e-6
"""Seconds. So short a sleep is over when the loop next looks at the clock."""

BUSY = 10
"""How many of the sleepers sleep but for a moment, again and again."""

Program: TypeAlias = "Callable[[int, Laps], float | None]"
"""It returns its figure, or None if that is the rate of its laps."""


class Done(Exception):
    """Raised by a program's thread to end the run where that is how one ends it."""


class Laps:
    """So many laps as fit into a time, after others to warm up.

    It is an iterator of ranges, through each of which the program is to go in a loop of its own:
    `for lap in laps: for _ in lap: …`. The ranges grow until one takes a hundredth of the time.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = self._ended = 0.0
        self._count = 0

    def __iter__(self) -> Iterator[range]:
        length = 1
        start = before = perf_counter()
        warm = False
        while True:
            yield range(length)
            now = perf_counter()
            if warm:
                self._count += length
                self._ended = now
                if now - self._began >= self._seconds:
                    return
            elif now - start >= self._seconds / 5:
                warm = True
                self._began = now
            if now - before < self._seconds / 200:
                length *= 2
            before = now

    def one_by_one(self) -> Iterator[int]:
        """Return the same for several threads that go through one loop together."""
        return chain.from_iterable(self)

    @property
    def rate(self) -> float:
        """Laps per second, those to warm up left aside."""
        return self._count / (self._ended - self._began)


def resident() -> int:
    """Return how many bytes of the machine's memory this process has at present."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        raise LeftOut("this system does not tell how much memory a process has") from None
    return pages * os.sysconf("SC_PAGE_SIZE")


def allow_depth(depth: int) -> None:
    """Let Python recurse so deep, as a user would who has to; the stack may be too small."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 4 * depth + 1000))


def measure(case: str, peer: str, size: int, seconds: float) -> float:
    """Return the figure of the program that `peer` has for `case`.

    Raises:
        LeftOut: it has none.
    """
    module = peer.split()[0]  # What it is called, without a version.
    figure = in_process(f"{__name__}.{module}", case, size, seconds, seconds=seconds)
    return float(figure)


def main(programs: Mapping[str, Program]) -> None:
    """Run the program that the command line names, and print its figure as JSON."""
    name, size, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    pin(-1)
    laps = Laps(seconds)
    result: Any
    try:
        figure = programs[name](size, laps)
    except LeftOut as reason:
        result = {"left out": str(reason)}
    except RecursionError:
        result = {"left out": "Python does not recurse so deep"}
    else:
        result = laps.rate if figure is None else figure
    print(json.dumps(result))
