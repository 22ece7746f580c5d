"""`kill` has no effect on a thread that is ready to run.

So it is in bluelet 0.2.0, if the thread's turn is still to come in that round.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "kill.ready": "fail",
    "kill.ready-deep-in-calls": "fail",
    "kill.not-yet-started": "fail",
    "kill.each-other": "fail",
    "kill.itself": "fail",
    "kill.own-caller": "fail",
}


class _Lax(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        if victim.wait is not None:
            super().kill(victim, coro)


scheduler.Scheduler = _Lax  # type: ignore[misc]
