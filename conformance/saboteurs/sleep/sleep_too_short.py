"""A sleep is rounded down to hundredths of a second, and so a short one ends at once."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events

BREAKS: dict[str, str] = {"sleep.never-early": "fail"}


class _Sleep(events.Sleep):
    def __init__(self, duration: float) -> None:
        super().__init__(int(duration * 100) / 100)


events.Sleep = _Sleep  # type: ignore[misc]
