"""To kill anything but a living thread ends the run.

So it does in bluelet 0.2.0, which looks its victim up without asking whether it is there.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler
from bluelet_reference.errors import expect_coroutine
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "kill.finished-spares-others": "fail",
    "kill.finished-thread": "fail",
    "kill.twice": "fail",
    "kill.finishing-spares-others": "fail",
    "kill.never-spawned-spares-others": "fail",
    "kill.never-spawned": "fail",
    "arguments.kill-of-a-non-thread-spares-others": "fail",
    "arguments.kill-of-a-non-thread": "fail",
}


class _Fragile(scheduler.Scheduler):
    def find(self, operation: str, coro: Coroutine) -> Thread | None:
        if operation != "kill":
            return super().find(operation, coro)
        try:
            return self._owner[coro]
        except (KeyError, TypeError):
            self.close_all()
            raise


def _expect(operation: str, given: Any) -> Any:
    return given if operation == "kill" else expect_coroutine(operation, given)


events.expect_coroutine = _expect  # type: ignore[attr-defined]
scheduler.Scheduler = _Fragile  # type: ignore[misc]
