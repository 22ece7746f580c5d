"""`spawn` holds its thread up until the child has finished, as `call` does."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "spawn.both-run": "spin",
    "spawn.parent-first": "fail",
}


class _Spawn(events.Spawn):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        return scheduler.push(thread, self.coro)


events.Spawn = _Spawn  # type: ignore[misc]
