"""Sleeps are measured by the computer's clock, which people set.

So they are in bluelet 0.2.0.
"""

from time import time

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler

BREAKS: dict[str, str] = {
    "sleep.clock-set-forward": "fail",
    "sleep.clock-set-back": "fail",
}


events.monotonic = time  # type: ignore[attr-defined]
scheduler.monotonic = time  # type: ignore[attr-defined]
