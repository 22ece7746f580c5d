"""Only generators that a function has made are accepted.

So it is where a coroutine has to be made by a decorator.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"call.any-generator": "fail"}


class _Picky(scheduler.Scheduler):
    def push(self, thread: Thread, coro: Coroutine) -> bool:
        if coro.__name__ == "<genexpr>":
            raise TypeError("not a coroutine")
        return super().push(thread, coro)


scheduler.Scheduler = _Picky  # type: ignore[misc]
