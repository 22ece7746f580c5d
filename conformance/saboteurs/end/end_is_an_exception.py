"""`end` is thrown into the coroutine as an `Exception`, which a handler there may catch."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"end.passes-handlers": "fail"}


class _Ended(Exception):
    """What stands for `events.Ending`."""


class _End(events.End):
    def perform(self, scheduler: scheduler.Scheduler, thread: Thread) -> bool:
        scheduler.ending[thread.stack[-1]] = self.value
        thread.error = _Ended()
        return True


class _Throwing(scheduler.Scheduler):
    def _left(self, thread: Thread, raised: BaseException) -> bool:
        return super()._left(thread, events.Ending() if type(raised) is _Ended else raised)


events.End = _End  # type: ignore[misc]
scheduler.Scheduler = _Throwing  # type: ignore[misc]
