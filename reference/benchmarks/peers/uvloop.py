"""uvloop: asyncio's programs on its event loop."""

from __future__ import annotations

import uvloop

from benchmarks.cases import LeftOut
from benchmarks.peers import Laps, main
from benchmarks.peers.asyncio import programs


def timers(size: int, laps: Laps) -> None:
    """Say why there is nothing to measure."""
    raise LeftOut("it rounds sleeps to milliseconds, and a shorter one is no timer to it")


if __name__ == "__main__":
    main({**programs(uvloop.run), "timers": timers})
