"""What comes on a connection is given to every thread that waits for it."""

from collections import deque

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller, Watch

BREAKS: dict[str, str] = {
    "recv.several-readers-lose-nothing": "fail",
    "recv.several-readers-block-nobody": "fail",
    "recv.several-readers-in-turn": "fail",
}


def _serve(self: Poller, queue: deque[Watch]) -> None:
    try:
        value = queue[0].step()
    except BlockingIOError:
        return
    while queue:
        self._finish(queue[0], value, None)


Poller._serve = _serve  # type: ignore[method-assign]
