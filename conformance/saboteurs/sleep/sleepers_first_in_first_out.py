"""When a sleep ends, the thread that has slept longest is resumed, whosever sleep it was."""

from collections import deque

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler, timers
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "sleep.shorter-first": "fail",
    "sleep.overdue-order": "fail",
}


class _Queue(timers.Timers):
    def __init__(self) -> None:
        super().__init__()
        self._asleep: deque[Thread] = deque()

    def add(self, deadline: float, thread: Thread) -> timers.Timer:
        self._asleep.append(thread)
        return super().add(deadline, thread)

    def pop_due(self, now: float) -> Thread | None:
        if super().pop_due(now) is None:
            return None
        while not (thread := self._asleep.popleft()).stack:
            pass  # It has been killed.
        return thread


scheduler.Timers = _Queue  # type: ignore[attr-defined]
