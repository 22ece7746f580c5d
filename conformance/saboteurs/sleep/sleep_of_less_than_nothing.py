"""To sleep for a negative time is refused.

So it is by `time.sleep`.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events

BREAKS: dict[str, str] = {"sleep.zero-or-less": "fail"}


class _Sleep(events.Sleep):
    def __init__(self, duration: float) -> None:
        if duration < 0:
            raise ValueError("sleep length must be non-negative")
        super().__init__(duration)


events.Sleep = _Sleep  # type: ignore[misc]
