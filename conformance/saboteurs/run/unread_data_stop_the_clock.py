"""The loop waits until there is something to do, and does not look at the clock meanwhile.

What it is told of data that nobody is waiting for is nothing to do, and it asks again at once.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {
    "run.idle-beside-what-is-ready": "spin",
    "server.client-that-is-not-read": "spin",
    "server.out-of-descriptors-spares-others": "spin",
    "files.read-to-the-end": "spin",
    "files.read-at-the-end": "spin",
    "files.read-of-text": "spin",
}

_select = Poller.select


def _select_something(self: Poller, timeout: float | None) -> list[tuple[int, int]]:
    while True:
        ready = _select(self, timeout)
        awaited = [
            (fd, events)
            for fd, events in ready
            if fd not in self._channels
            or any(events & each and queue for each, queue in self._channels[fd].queues.items())
        ]
        if awaited or not ready or timeout == 0:
            return awaited


Poller.select = _select_something  # type: ignore[method-assign]
