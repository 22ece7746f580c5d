"""A thread that has finished is remembered for as long as the program runs.

So it is where a list of the finished threads tells `join` that it need not wait.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine

BREAKS: dict[str, str] = {
    "spawn.forgets-finished-threads": "fail",
    "kill.forgets-killed-threads": "fail",
}

_history: list[Coroutine] = []


class _Historian(scheduler.Scheduler):
    def _disown(self, coro: Coroutine) -> None:
        _history.append(coro)
        super()._disown(coro)


scheduler.Scheduler = _Historian  # type: ignore[misc]
