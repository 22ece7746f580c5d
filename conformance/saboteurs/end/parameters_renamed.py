"""The parameters of `end` and `sleep` go by other names than the README's."""

from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Event

BREAKS: dict[str, str] = {
    "end.value-as-keyword": "fail",
    "sleep.duration-as-keyword": "fail",
}


def end(result: Any = None) -> Event:  # type: ignore[no-redef]
    """End, and hand `result` to the caller."""
    return bluelet_reference.end(result)


def sleep(seconds: float) -> Event:  # type: ignore[no-redef]
    """Sleep for `seconds`."""
    return bluelet_reference.sleep(seconds)
