"""`run` returns when the root has finished, and closes the threads that still live.

So does `asyncio.run`.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "run.waits-for-every-thread": "fail",
    "end.ends-only-its-own-thread": "fail",
    "spawn.outlives-its-spawner": "fail",
    "kill.root-thread": "fail",
}


class _Hasty(scheduler.Scheduler):
    def _turn(self, thread: Thread) -> None:
        super()._turn(thread)
        if not self._root.stack:
            self.close_all()
            self.ready.clear()


scheduler.Scheduler = _Hasty  # type: ignore[misc]
