"""A thread is closed when the coroutine that spawned it finishes.

So it is with non-daemonic threads in a fork of bluelet, and where concurrency is structured.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "run.waits-for-every-thread": "fail",
    "spawn.outlives-its-spawner": "fail",
    "spawn.outlives-its-killed-spawner": "fail",
}

_children: dict[Coroutine, list[Thread]] = {}


class _Spawn(events.Spawn):
    def perform(self, scheduler: scheduler.Scheduler, thread: Thread) -> bool:
        _children.setdefault(thread.stack[-1], []).append(scheduler.start(self.coro))
        return True


class _Parental(scheduler.Scheduler):
    def _disown(self, coro: Coroutine) -> None:
        super()._disown(coro)
        for child in _children.pop(coro, ()):
            if child.stack:
                self.kill(child, child.stack[0])


events.Spawn = _Spawn  # type: ignore[misc]
scheduler.Scheduler = _Parental  # type: ignore[misc]
