"""When a thread is closed, its callers are closed before their callees.

So they are in bluelet 0.2.0, in the order of its table of threads.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "closing.callees-first": "fail",
    "closing.callees-first-when-the-run-ends": "fail",
}


class _Reversed(scheduler.Scheduler):
    def _close(self, thread: Thread, depth: int = 0) -> list[BaseException]:
        thread.stack[depth:] = reversed(thread.stack[depth:])
        return super()._close(thread, depth)


scheduler.Scheduler = _Reversed  # type: ignore[misc]
