"""Where receiving fails, the scheduler is the one that raises."""

from collections import deque

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller, Watch

BREAKS: dict[str, str] = {
    "recv.reset-raises": "fail",
    "recv.reset-spares-others": "fail",
    "recv.uncaught-reset": "fail",
    "readline.reset-raises": "fail",
}


def _serve(self: Poller, queue: deque[Watch]) -> None:
    while queue:
        try:
            value = queue[0].step()
        except BlockingIOError:
            return
        self._finish(queue[0], value, None)


Poller._serve = _serve  # type: ignore[method-assign]
