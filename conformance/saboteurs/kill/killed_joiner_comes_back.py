"""A thread that is killed in `join` goes on when the thread that it waits for has finished.

So it does in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"kill.joining": "fail"}


class _Haunted(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        if not isinstance(victim.wait, scheduler._Joining):
            super().kill(victim, coro)


scheduler.Scheduler = _Haunted  # type: ignore[misc]
