"""A sleep lasts nearly half as long again as it was asked to."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events

BREAKS: dict[str, str] = {"sleep.approximately": "fail"}


class _Sleep(events.Sleep):
    def __init__(self, duration: float) -> None:
        super().__init__(duration * 1.4)


events.Sleep = _Sleep  # type: ignore[misc]
