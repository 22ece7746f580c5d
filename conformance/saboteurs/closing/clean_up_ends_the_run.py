"""What a killed thread raises in its clean-up ends the run.

So it does in a fork of bluelet.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "closing.failure-spares-others": "fail",
    "closing.victim-that-yields-on": "fail",
}


class _Fragile(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        error = super().kill(victim, coro)
        if error is not None:
            self.close_all()
            raise error
        return None


scheduler.Scheduler = _Fragile  # type: ignore[misc]
