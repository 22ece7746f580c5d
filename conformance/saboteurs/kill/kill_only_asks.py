"""`kill` raises `GeneratorExit` in the victim's next turn, and a victim that catches it runs on.

So it is where kill is modelled on the cancellation of asyncio.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "closing.before-the-killer-goes-on": "fail",
    "closing.victim-that-yields-on": "fail",
}


class _Polite(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        if victim.wait is not None:
            victim.wait.cancel()
            self.resume(victim)
        self.ending.update(dict.fromkeys(victim.stack))
        victim.error = GeneratorExit()


scheduler.Scheduler = _Polite  # type: ignore[misc]
