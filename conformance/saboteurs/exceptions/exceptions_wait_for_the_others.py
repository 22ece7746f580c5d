"""An exception that nobody catches is raised only when all other threads have finished."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.errors import DISCONNECTS
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"exceptions.ends-the-run": "fail"}


class _Patient(scheduler.Scheduler):
    failure: BaseException | None = None

    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        if len(thread.stack) > 1 or isinstance(error, DISCONNECTS):
            return super()._raise(thread, coro, error)
        self.failure = self.failure or error
        return self._return(thread, coro, None)

    def loop(self) -> None:
        super().loop()
        if self.failure is not None:
            raise self.failure


scheduler.Scheduler = _Patient  # type: ignore[misc]
