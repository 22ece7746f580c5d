"""A `WaitableEvent` fires as soon as it is yielded, ready or not."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread
from bluelet_reference.waitable import WaitableEvent

BREAKS: dict[str, str] = {
    "waitable.holds-up-nobody": "fail",
    "waitable.taken-by-another-thread": "fail",
    "waitable.killed-while-waiting": "fail",
    "waitable.gives-what-fire-returns": "hang",
    "files.read-holds-up-nobody": "hang",
    "files.write-holds-up-nobody": "hang",
}


def _perform(self: WaitableEvent, scheduler: Scheduler, thread: Thread) -> bool:
    thread.value = self.fire()
    return True


WaitableEvent.perform = _perform  # type: ignore[method-assign]
