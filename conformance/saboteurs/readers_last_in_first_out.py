"""Of the threads that wait for a connection, the one that came last is served first.

So it is in all known implementations.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch, _Channel

BREAKS: dict[str, str] = {
    "recv.several-readers-in-turn": "fail",
}


_stand_in = Watch.stand_in


def _push_in(self: Watch, channel: _Channel, direction: int) -> None:
    _stand_in(self, channel, direction)
    channel.queues[direction].rotate()


Watch.stand_in = _push_in  # type: ignore[method-assign]
