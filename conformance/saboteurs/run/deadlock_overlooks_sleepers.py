"""A thread that joins while no thread is ready is taken for a deadlock, even if another sleeps."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import DeadlockError, scheduler

BREAKS: dict[str, str] = {
    "run.deadlock-only-when-nobody-can-run": "fail",
    "join.waits": "fail",
}


class _Alarmist(scheduler.Scheduler):
    def _idle(self) -> None:
        if self._joiners:
            raise DeadlockError(self._who_waits())
        super()._idle()


scheduler.Scheduler = _Alarmist  # type: ignore[misc]
