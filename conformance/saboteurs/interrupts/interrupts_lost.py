"""What a thread raises that is no `Exception` ends it quietly."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "interrupts.are-not-lost": "fail",
    "interrupts.through-a-call": "fail",
    "interrupts.while-root-waits-for-a-callee": "fail",
}


class _Deaf(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        if isinstance(error, Exception):
            return super()._raise(thread, coro, error)
        return self._return(thread, coro, None)


scheduler.Scheduler = _Deaf  # type: ignore[misc]
