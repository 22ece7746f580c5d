"""The loop waits until there is something to do, and does not look at the clock meanwhile.

What it is told of data that nobody is waiting for is nothing to do, and it asks again at once.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import READ, WRITE, Poller, _Channel

BREAKS: dict[str, str] = {"server.client-that-is-not-read": "spin"}

_select = Poller.select


def _select_something(self: Poller, timeout: float | None) -> list[tuple[_Channel, int]]:
    while True:
        ready = _select(self, timeout)
        awaited = [
            (channel, events)
            for channel, events in ready
            if any(events & direction and channel.queues[direction] for direction in (READ, WRITE))
        ]
        if awaited or not ready or timeout == 0:
            return awaited


Poller.select = _select_something  # type: ignore[method-assign]
