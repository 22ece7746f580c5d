"""Of the threads that wait for a descriptor by events, the last has it, and the rest are forgotten.

So it is in an event loop that keeps one reader of each descriptor.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {
    "waitable.several-threads": "hang",
    "waitable.taken-by-another-thread": "fail",
}

_wait = Poller.wait


def _wait_alone(self: Poller, thread: Any, *arguments: Any, **more: Any) -> None:
    _wait(self, thread, *arguments, **more)
    for channel, direction in thread.wait._places:
        channel.queues[direction] = [thread.wait]


Poller.wait = _wait_alone  # type: ignore[method-assign]
