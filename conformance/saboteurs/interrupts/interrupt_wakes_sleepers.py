"""An interrupt that comes when the root has finished is lost, and cuts all sleeps short."""

from math import inf

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"interrupts.after-root": "fail"}


class _Sleepless(scheduler.Scheduler):
    def _idle(self) -> None:
        try:
            super()._idle()
        except KeyboardInterrupt:
            self._wake(inf)


scheduler.Scheduler = _Sleepless  # type: ignore[misc]
