"""The loop waits until there is something to do, and does not look at the clock meanwhile.

What it is told of data that nobody is waiting for is nothing to do, and it asks again at once.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import READ, WRITE, Poller

BREAKS: dict[str, str] = {
    "server.client-that-is-not-read": "spin",
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
            if any(events & each and self._channels[fd].queues[each] for each in (READ, WRITE))
        ]
        if awaited or not ready or timeout == 0:
            return awaited


Poller.select = _select_something  # type: ignore[method-assign]
