"""Those that have joined a thread are not woken where its clean-up fails as it is killed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"closing.failure-wakes-joiners": "fail"}


class _Forgetful(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        joiners = [*self._joiners.get(coro, ())]
        error = super().kill(victim, coro)
        if error is not None:
            for thread in joiners:
                self.ready.remove(thread)
        return error


scheduler.Scheduler = _Forgetful  # type: ignore[misc]
