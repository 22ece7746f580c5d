"""A thread that is killed is closed, and what it is calling runs on."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "kill.deep-in-calls": "fail",
    "kill.ready-deep-in-calls": "fail",
}


class _Shallow(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        if victim.stack[-1] is coro:
            super().kill(victim, coro)
        else:
            coro.close()
            victim.stack.remove(coro)
            self._disown(coro)


scheduler.Scheduler = _Shallow  # type: ignore[misc]
