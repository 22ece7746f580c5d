"""Who has joined a thread that is killed is never resumed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "join.killed-while-waiting": "fail",
    "kill.itself": "fail",
}


class _Forgetful(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        self._joiners.pop(coro, None)
        super().kill(victim, coro)


scheduler.Scheduler = _Forgetful  # type: ignore[misc]
