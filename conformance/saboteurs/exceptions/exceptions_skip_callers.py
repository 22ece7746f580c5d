"""An exception goes to the thread's outermost coroutine, and the callers between stay as they are.

So does an interrupt in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "exceptions.caught-midway": "fail",
    "exceptions.replaced-midway": "fail",
    "exceptions.finally-innermost-first": "fail",
    "exceptions.traceback-through-every-call": "fail",
    "exceptions.deep": "fail",
}

_skipped: list[Coroutine] = []


class _Direct(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        for caller in thread.stack[1:-1]:
            _skipped.append(caller)
            thread.stack.remove(caller)
            self._disown(caller)
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Direct  # type: ignore[misc]
