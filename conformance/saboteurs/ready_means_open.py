"""What is ready is received in its thread's next turn, without asking whether it is still open."""

from collections import deque
from functools import partial
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling, scheduler
from bluelet_reference.polling import Poller, Step, Watch
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "close.in-the-moment-of-readiness-spares-others": "fail",
    "close.in-the-moment-of-readiness": "fail",
}

_finish = Poller._finish
_late: dict[Thread, Step] = {}


def _serve(poller: Poller, queue: deque[Watch]) -> None:
    _late[queue[0].thread] = partial(queue[0].step)
    _finish(poller, queue[0], None, None)


class _Late(scheduler.Scheduler):
    def _turn(self, thread: Thread) -> None:
        step: Any = _late.pop(thread, None)
        if step is not None:
            thread.value = step()
        super()._turn(thread)


polling.Poller._serve = _serve  # type: ignore[assignment, method-assign]
scheduler.Scheduler = _Late  # type: ignore[misc]
