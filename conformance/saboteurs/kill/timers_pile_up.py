"""The timer of a killed sleeper stays until its time comes."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.timers import Timers

BREAKS: dict[str, str] = {"kill.forgets-sleeps": "fail"}


def _only_count(timers: Timers) -> None:
    timers._husks += 1


Timers.cancelled = _only_count  # type: ignore[assignment, method-assign]
