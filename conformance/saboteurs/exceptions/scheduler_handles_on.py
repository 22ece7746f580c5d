"""A thread goes on while the scheduler still handles what its callee raised."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"exceptions.handled-is-over": "fail"}


class _Absorbed(scheduler.Scheduler):
    def _left(self, thread: Thread, raised: BaseException) -> bool:
        if isinstance(raised, StopIteration):
            return super()._left(thread, raised)
        if super()._left(thread, raised):
            self._go_on(thread)
        return False


scheduler.Scheduler = _Absorbed  # type: ignore[misc]
