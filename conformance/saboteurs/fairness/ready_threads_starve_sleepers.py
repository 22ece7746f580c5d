"""The clock is not looked at while any thread is ready.

So it is in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {
    "fairness.nulls-starve-no-sleeper": "fail",
    "fairness.many-threads-starve-no-sleeper": "fail",
    "fairness.calls-starve-no-sleeper": "fail",
    "fairness.spawns-starve-no-sleeper": "fail",
    "fairness.joins-starve-no-sleeper": "fail",
    "fairness.kills-starve-no-sleeper": "fail",
    "fairness.naps-starve-nobody": "fail",
    "recv.always-ready-starves-nobody": "fail",
    "readline.lines-starve-nobody": "fail",
    "send.starves-nobody": "fail",
}


class _Busy(scheduler.Scheduler):
    def _wake(self, now: float) -> None:
        if not self.ready:
            super()._wake(now)


scheduler.Scheduler = _Busy  # type: ignore[misc]
