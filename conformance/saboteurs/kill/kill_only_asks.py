"""`kill` raises `GeneratorExit` in the victim's next turn, and a victim that catches it runs on.

So it is where kill is modelled on the cancellation of asyncio.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "kill.itself": "fail",
    "kill.called-coroutine": "fail",
    "kill.own-caller": "fail",
    "closing.before-the-killer-goes-on": "fail",
    "closing.victim-that-yields-on": "fail",
}


class _Polite(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> None:
        if victim.wait is not None:
            self.rouse(victim)
        victim.again = None
        victim.error = GeneratorExit()

    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        if isinstance(error, GeneratorExit) and len(thread.stack) == 1:
            return self._return(thread, coro, None)
        return super()._raise(thread, coro, error)


scheduler.Scheduler = _Polite  # type: ignore[misc]
