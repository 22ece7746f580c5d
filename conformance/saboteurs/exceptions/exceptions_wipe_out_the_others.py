"""An exception ends all threads but its own, even if it is caught there."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"exceptions.caught-leaves-others-alone": "fail"}


class _Drastic(scheduler.Scheduler):
    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        for other in set(self._owner.values()) - {thread}:
            self.kill(other, other.stack[0])
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Drastic  # type: ignore[misc]
