"""All runs share one scheduler, in which a run that failed leaves its threads behind.

So it is where the queue of threads is a global variable.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.polling import Poller
from bluelet_reference.thread import Coroutine

BREAKS: dict[str, str] = {
    "run.twice-in-a-row": "fail",
    "run.inside-a-thread": "fail",
    "closing.when-the-run-ends": "fail",
}

_STATE: dict[str, Any] = {}


class _Shared(scheduler.Scheduler):
    def __init__(self, root: Coroutine) -> None:
        self.__dict__ = _STATE
        if _STATE:
            self.poller = Poller(self.ready.append, self.rouse)
            self._root = self.start(root)
        else:
            super().__init__(root)

    def close_all(self) -> None:
        pass


scheduler.Scheduler = _Shared  # type: ignore[misc]
