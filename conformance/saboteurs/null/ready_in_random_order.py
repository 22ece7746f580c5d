"""Ready threads have their turns in random order.

So it is where they are kept in a set.
"""

from collections import deque
from random import Random

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "null.round-robin": "fail",
    "spawn.in-order": "fail",
    "sleep.overdue-order": "fail",
    "sleep.same-duration": "fail",
}

_dice = Random(0)


class _Bag(deque[Thread]):
    def popleft(self) -> Thread:
        self.rotate(_dice.randrange(len(self)))
        return super().popleft()


scheduler.deque = _Bag  # type: ignore[assignment, attr-defined]
