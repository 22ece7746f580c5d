"""Of the threads that wait for a connection, the one that came last is served first.

So it is in all known implementations.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import READ, Channel, Poller

BREAKS: dict[str, str] = {
    "recv.several-readers-in-turn": "fail",
}


_wait_on = Poller.wait_on


def _push_in(self: Poller, thread: Any, channel: Channel, direction: int, *args: Any) -> None:
    _wait_on(self, thread, channel, direction, *args)
    if direction == READ:
        channel.queues[READ].insert(0, channel.queues[READ].pop())


Poller.wait_on = _push_in  # type: ignore[assignment, method-assign]
