"""An exception is handed on by a call that Python warns of.

So it is in bluelet 0.2.0, since Python 3.12 deprecates `throw` with three arguments.
"""

import warnings

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"exceptions.without-deprecated-calls": "fail"}


class _Old(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        warnings.warn("throw() with three arguments", DeprecationWarning, stacklevel=2)
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Old  # type: ignore[misc]
