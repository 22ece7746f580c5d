"""An exception is raised anew, from its class and arguments, wherever it is handed on.

A typed port of bluelet raises the class alone.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "exceptions.from-root": "fail",
    "exceptions.from-a-spawned-thread": "fail",
    "exceptions.through-a-call": "fail",
    "exceptions.replaced-midway": "fail",
    "exceptions.traceback-through-every-call": "fail",
}


class _Copyist(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        return super()._raise(thread, coro, type(error)(*error.args))


scheduler.Scheduler = _Copyist  # type: ignore[misc]
