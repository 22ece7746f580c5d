"""While all threads sleep, `run` asks the clock over and over instead of resting."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"run.idle-uses-no-cpu": "fail"}


def _not_at_all(seconds: float) -> None:
    pass


scheduler.idle = _not_at_all  # type: ignore[assignment, attr-defined]
