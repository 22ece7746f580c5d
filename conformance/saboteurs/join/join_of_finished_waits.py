"""Who joins a thread that has finished waits for its end, which never comes again.

So it is in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "join.after-finish": "fail",
    "join.each-in-turn": "fail",
    "join.after-kill": "fail",
    "join.after-failure": "fail",
    "join.thread-of-an-earlier-run": "fail",
}


class _Join(events.Join):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        super().perform(scheduler, thread)
        return False


events.Join = _Join  # type: ignore[misc]
