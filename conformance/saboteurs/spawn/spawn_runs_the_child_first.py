"""The child has its first turn before its parent goes on."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"spawn.parent-first": "fail"}


class _Spawn(events.Spawn):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        super().perform(scheduler, thread)
        scheduler.ready.append(thread)
        return False


events.Spawn = _Spawn  # type: ignore[misc]
