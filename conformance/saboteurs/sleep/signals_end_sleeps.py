"""A signal that comes while all threads sleep ends the run, even if its handler does nothing.

So it did before Python 3.5.
"""

from ctypes import CDLL

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"sleep.survives-signals": "fail"}

_usleep = CDLL(None).usleep


def _idle(seconds: float) -> None:
    if _usleep(int(seconds * 1e6)) != 0:
        raise InterruptedError


scheduler.idle = _idle  # type: ignore[assignment, attr-defined]
