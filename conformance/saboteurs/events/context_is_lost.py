"""Threads are resumed in the context in which the run began, as by an event loop's callbacks."""

from contextvars import copy_context

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"events.leave-the-context-alone": "fail"}


class _Forgetful(scheduler.Scheduler):
    def __init__(self, root: Coroutine) -> None:
        super().__init__(root)
        self._context = copy_context()

    def _turn(self, thread: Thread) -> None:
        self._context.copy().run(super()._turn, thread)


scheduler.Scheduler = _Forgetful  # type: ignore[misc]
