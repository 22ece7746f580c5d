"""The error for a deadlock does not say which threads wait."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"run.deadlock-names-who-waits": "fail"}


class _Terse(scheduler.Scheduler):
    def _who_waits(self) -> str:
        return "deadlock"


scheduler.Scheduler = _Terse  # type: ignore[misc]
