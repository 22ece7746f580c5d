"""The parameters of `end` and `sleep` go by other names than the README's."""

from typing import Any

import bluelet_reference
from bluelet_reference import Event, call, join, kill, null, run, spawn

__all__ = ["Event", "call", "end", "join", "kill", "null", "run", "sleep", "spawn"]

BREAKS: dict[str, str] = {
    "end.value-as-keyword": "fail",
    "sleep.duration-as-keyword": "fail",
}


def end(result: Any = None) -> Event:
    """End, and hand `result` to the caller."""
    return bluelet_reference.end(result)


def sleep(seconds: float) -> Event:
    """Sleep for `seconds`."""
    return bluelet_reference.sleep(seconds)
