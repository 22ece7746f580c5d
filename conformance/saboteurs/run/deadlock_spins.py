"""When no thread can run any more, `run` looks for one for ever.

So does bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"run.deadlock-raises": "spin"}


class _Hopeful(scheduler.Scheduler):
    def _idle(self) -> None:
        if self.timers or self.poller.waiting:
            super()._idle()


scheduler.Scheduler = _Hopeful  # type: ignore[misc]
