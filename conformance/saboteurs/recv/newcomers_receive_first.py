"""A thread that asks to receive when data are there takes them before those that wait for them."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"recv.several-readers-in-turn": "fail"}


class _Receive(sockets._Receive):
    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        self.owner.expect_open()
        try:
            thread.value = self.step()
        except BlockingIOError:
            return super().perform(scheduler, thread)
        return True


sockets._Receive = _Receive  # type: ignore[misc]
