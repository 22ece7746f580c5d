"""A killed thread is still served by the socket that it waited for."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.polling import Watch
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "recv.killed-while-it-waits": "fail",
    "readline.killed-within-a-line": "fail",
}


class _Forgetful(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        if isinstance(victim.wait, Watch):
            self.resume(victim)
        super().kill(victim, coro)


scheduler.Scheduler = _Forgetful  # type: ignore[misc]
