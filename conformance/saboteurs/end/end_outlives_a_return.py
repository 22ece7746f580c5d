"""The value of an `end` is kept, whatever a `finally` block around it returns."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"end.finally-may-return": "fail"}

_returned = scheduler.Scheduler._return
_values: dict[Any, Any] = {}


class _Ending(dict[Any, Any]):
    def __setitem__(self, coro: Any, value: Any) -> None:
        _values[coro] = value
        super().__setitem__(coro, value)


class _Scheduler(scheduler.Scheduler):
    def __init__(self, root: Any) -> None:
        super().__init__(root)
        self.ending = _Ending()

    def _return(self, thread: Thread, coro: Any, value: Any) -> bool:
        return _returned(self, thread, coro, _values.pop(coro, value))


scheduler.Scheduler = _Scheduler  # type: ignore[misc]
