"""A thread that is refused something goes on at once, however often it is."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"arguments.mistakes-starve-nobody": "fail"}


class _Indulgent(scheduler.Scheduler):
    def _carry_out(self, thread: Thread, event: object) -> bool:
        goes_on = super()._carry_out(thread, event)
        while isinstance(thread.error, TypeError):
            try:
                event = thread.stack[-1].throw(thread.take_error())
            except BaseException as raised:
                return self._left(thread, raised)
            goes_on = super()._carry_out(thread, event)
        return goes_on


scheduler.Scheduler = _Indulgent  # type: ignore[misc]
