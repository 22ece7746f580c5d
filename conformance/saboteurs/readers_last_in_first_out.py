"""Of the threads that wait for a connection, the one that came last is served first.

So it is in all known implementations.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {
    "recv.several-readers-in-turn": "fail",
}


_wait_in = Poller.wait_in


def _push_in(self: Poller, thread: Any, places: Any, *args: Any, **kwargs: Any) -> None:
    _wait_in(self, thread, places, *args, **kwargs)
    for channel, direction in places:
        queue = channel.queues[direction]
        queue.insert(0, queue.pop())


Poller.wait_in = _push_in  # type: ignore[method-assign]
