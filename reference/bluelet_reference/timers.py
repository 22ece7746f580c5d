"""Timers: the sleeping threads, the earliest deadline first.

A heap orders the sleepers by deadline and, where deadlines are equal, by who went to sleep first
(``sleep.overdue-order``, ``sleep.same-duration``). To wake one or to put one to sleep costs the
logarithm of how many there are. A killed sleeper stays in the heap as a husk; when husks are the
greater part, the heap is made anew without them, so that a program which kills many sleepers
holds on to none of them.

Deadlines are seconds on the monotonic clock, which nobody can set (``sleep.clock-set-forward``).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count

from bluelet_reference.thread import Thread

_FEW = 64
"""So few husks are never worth a new heap."""


class Timer:
    """The wait of one sleeping thread."""

    __slots__ = ("_timers", "thread")

    def __init__(self, timers: Timers, thread: Thread) -> None:
        self._timers = timers
        self.thread: Thread | None = thread
        """The sleeper; None once the timer has been cancelled."""

    def cancel(self) -> None:
        """Let the thread go without waking it."""
        self.thread = None
        self._timers.cancelled()

    def __str__(self) -> str:
        return "for a sleep to end"


class Timers:
    """The sleeping threads of one run."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._sequence = count()
        self._husks = 0

    def __bool__(self) -> bool:
        return bool(self._heap)

    def add(self, deadline: float, thread: Thread) -> Timer:
        """Return the wait that ends at `deadline`, in seconds on the monotonic clock."""
        timer = Timer(self, thread)
        heappush(self._heap, (deadline, next(self._sequence), timer))
        return timer

    def next_deadline(self) -> float | None:
        """Return the earliest deadline, or None where nobody sleeps."""
        heap = self._heap
        while heap and heap[0][2].thread is None:
            heappop(heap)
            self._husks -= 1
        return heap[0][0] if heap else None

    def pop_due(self, now: float) -> Thread | None:
        """Remove and return the sleeper with the earliest deadline, if that is not after `now`."""
        deadline = self.next_deadline()
        if deadline is None or deadline > now:
            return None
        return heappop(self._heap)[2].thread

    def cancelled(self) -> None:
        """Take note of one more husk."""
        self._husks += 1
        if self._husks > _FEW and self._husks * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].thread is not None]
            heapify(self._heap)
            self._husks = 0
