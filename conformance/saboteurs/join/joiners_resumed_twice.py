"""A thread that is joined makes its joiners ready twice when it completes."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine

BREAKS: dict[str, str] = {"join.several-joiners": "fail"}


class _Insistent(scheduler.Scheduler):
    def _disown(self, coro: Coroutine) -> None:
        joiners = list(self._joiners.get(coro, ()))
        super()._disown(coro)
        self.ready.extend(joiners)


scheduler.Scheduler = _Insistent  # type: ignore[misc]
