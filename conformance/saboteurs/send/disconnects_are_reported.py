"""A peer's disconnect that a thread does not catch is printed, with a traceback.

So bluelet 0.2.0 prints all that is not a broken pipe.
"""

import traceback

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.errors import DISCONNECTS
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"send.disconnect-ends-its-thread": "fail"}


class _Talkative(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        if isinstance(error, DISCONNECTS) and len(thread.stack) == 1:
            traceback.print_exception(error)
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Talkative  # type: ignore[misc]
