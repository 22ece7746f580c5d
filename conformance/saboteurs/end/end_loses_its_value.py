"""The value given to `end` is lost."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events

BREAKS: dict[str, str] = {
    "end.value-to-caller": "fail",
    "end.value-as-keyword": "fail",
    "end.value-untouched": "fail",
    "end.value-goes-up-one-level": "fail",
    "end.finally-may-yield": "fail",
    "end.ends-a-yield-from-whole": "fail",
    "call.yielding-a-generator": "fail",
    "join.called-coroutine": "fail",
}


class _End(events.End):
    def __init__(self, value: Any) -> None:
        super().__init__(None)


events.End = _End  # type: ignore[misc]
