"""A thread that has sent goes on before all others that are ready."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"send.starves-nobody": "fail"}


class _Send(sockets._Send):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        if super().perform(scheduler, thread):
            scheduler.ready.appendleft(thread)
        return False


sockets._Send = _Send  # type: ignore[misc]
