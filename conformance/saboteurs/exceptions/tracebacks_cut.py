"""An exception's traceback starts afresh in every caller.

So it does in a typed port of bluelet.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.errors import is_of_an_operation
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"exceptions.traceback-through-every-call": "fail"}


class _Curt(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        if not is_of_an_operation(error):  # By its traceback a disconnect is known.
            error.with_traceback(None)
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Curt  # type: ignore[misc]
