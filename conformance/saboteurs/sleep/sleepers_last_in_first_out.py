"""Of sleepers that become due within the same tick, the last to go to sleep is resumed first.

So it is in a wheel of timers whose slots are stacks.
"""

from itertools import count
from math import ceil

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler, timers
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"sleep.same-duration": "fail"}

_TICKS = 100
"""In a second."""


class _Wheel(timers.Timers):
    def __init__(self) -> None:
        super().__init__()
        self._sequence = count(0, -1)

    def add(self, deadline: float, thread: Thread) -> timers.Timer:
        return super().add(ceil(deadline * _TICKS) / _TICKS, thread)


scheduler.Timers = _Wheel  # type: ignore[attr-defined]
