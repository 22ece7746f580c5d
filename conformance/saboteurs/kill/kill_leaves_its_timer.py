"""`run` waits out the sleep of a thread that has been killed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.timers import Timer

BREAKS: dict[str, str] = {"kill.sleeper-leaves-no-timer": "hang"}


class _Punctual(scheduler.Scheduler):
    def loop(self) -> None:
        super().loop()
        if self.timers:
            self._idle()


def _not_at_all(timer: Timer) -> None:
    pass


Timer.cancel = _not_at_all  # type: ignore[assignment, method-assign]
scheduler.Scheduler = _Punctual  # type: ignore[misc]
