"""While all threads sleep, `run` rests for two milliseconds at a time."""

import time

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"run.idle-wakes-seldom": "fail"}

_sleep = time.sleep


def _a_little(seconds: float) -> None:
    _sleep(min(seconds, 0.002))


scheduler.idle = _a_little  # type: ignore[assignment, attr-defined]
