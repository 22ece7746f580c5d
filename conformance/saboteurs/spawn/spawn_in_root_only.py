"""Only the root can spawn threads."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "spawn.grandchildren": "fail",
    "server.beside-other-threads": "fail",
}


class _Spawn(events.Spawn):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        if thread is not scheduler._root:
            raise RuntimeError("spawn is for the root alone")
        return super().perform(scheduler, thread)


events.Spawn = _Spawn  # type: ignore[misc]
