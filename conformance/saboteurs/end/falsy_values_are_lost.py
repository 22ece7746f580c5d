"""An empty or false value given to `end` becomes None.

So it does where `value or None` stands for a test whether there is one.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events

BREAKS: dict[str, str] = {"end.value-untouched": "fail"}


class _End(events.End):
    def __init__(self, value: Any) -> None:
        super().__init__(value or None)


events.End = _End  # type: ignore[misc]
