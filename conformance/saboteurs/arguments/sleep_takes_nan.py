"""A sleep of NaN is accepted, and the system refuses to wait for it on everybody's behalf.

So it is in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler, timers
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"arguments.sleep-of-nan-spares-others": "fail"}


class _Timers(timers.Timers):
    def pop_due(self, now: float) -> Thread | None:
        deadline = self.next_deadline()
        return super().pop_due(now) if deadline is not None and deadline <= now else None


def _never(number: float) -> bool:
    return False


events.isnan = _never  # type: ignore[assignment, attr-defined]
scheduler.Timers = _Timers  # type: ignore[attr-defined]
