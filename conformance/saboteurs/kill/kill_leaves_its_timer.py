"""`run` waits out the sleep of a thread that has been killed."""

import time

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"kill.sleeper-leaves-no-timer": "hang"}


class _Punctual(scheduler.Scheduler):
    deadline = 0.0

    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        sleeps = [at for at, _, timer in self.timers._heap if timer is victim.wait]
        self.deadline = max([self.deadline, *sleeps])
        return super().kill(victim, coro)

    def loop(self) -> None:
        super().loop()
        time.sleep(max(self.deadline - time.monotonic(), 0))


scheduler.Scheduler = _Punctual  # type: ignore[misc]
