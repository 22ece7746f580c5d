"""To spawn or call a coroutine that is scheduled already wakes it from whatever it waits for.

So it does in bluelet 0.2.0: the new event takes the place of the one that was waited for.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "call.leaves-a-scheduled-coroutine-alone": "fail",
    "call.leaves-a-sleeper-alone": "fail",
    "call.scheduled-coroutine-raises": "fail",
    "call.itself-raises": "fail",
    "spawn.leaves-a-scheduled-coroutine-alone": "fail",
    "spawn.leaves-a-sleeper-alone": "fail",
    "spawn.scheduled-coroutine-raises": "fail",
}


class _Careless(scheduler.Scheduler):
    def start(self, coro: Coroutine) -> Thread:
        thread = self._owner.get(coro)
        if thread is None:
            return super().start(coro)
        if thread.wait is not None:
            thread.wait.cancel()
            self.resume(thread)
        return thread

    def push(self, thread: Thread, coro: Coroutine) -> bool:
        if coro not in self._owner:
            return super().push(thread, coro)
        self.start(coro)
        return True


scheduler.Scheduler = _Careless  # type: ignore[misc]
