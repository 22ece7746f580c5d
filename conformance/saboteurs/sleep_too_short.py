"""A sleep is shorter than it was asked to be, by a tenth."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events

BREAKS: dict[str, str] = {"sleep.never-early": "fail"}


class _Sleep(events.Sleep):
    def __init__(self, duration: float) -> None:
        super().__init__(duration * 0.9)


events.Sleep = _Sleep  # type: ignore[misc]
