"""An interrupt that comes while all threads wait is raised by `run`, and not in the root."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "interrupts.while-idle": "fail",
    "interrupts.while-root-waits-for-a-callee": "fail",
    "interrupts.drop-nobody": "fail",
}


class _Rootless(scheduler.Scheduler):
    def __init__(self, root: Coroutine) -> None:
        super().__init__(root)
        self._root = Thread(root)
        self._root.stack.clear()  # As if it had finished.


scheduler.Scheduler = _Rootless  # type: ignore[misc]
