"""When another thread's exception ends the run, all threads are closed except the root."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"closing.root-when-the-run-ends": "fail"}


class _Partial(scheduler.Scheduler):
    def close_all(self) -> None:
        for coro in self._root.stack:
            self._owner.pop(coro, None)
        super().close_all()


scheduler.Scheduler = _Partial  # type: ignore[misc]
