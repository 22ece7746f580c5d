"""A thread that was killed while it sent keeps its place, and those behind it wait for ever."""

from contextlib import suppress
from typing import Any, NoReturn

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.polling import WRITE, Watch
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "sendall.killed-sender-spares-the-next": "fail",
    "sendall.killed-sender-leaves-the-connection": "spin",
}


def _never_again() -> NoReturn:
    raise BlockingIOError


def _nothing() -> Any:
    with suppress(Exception):
        yield


class _Scheduler(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        watch = victim.wait
        if isinstance(watch, Watch) and any(way == WRITE for _, way in watch._places):
            coroutine = _nothing()
            next(coroutine)
            ghost = self.start(coroutine)
            self.ready.remove(ghost)
            ghost.wait, watch.thread, watch.step = watch, ghost, _never_again
            victim.wait = None
        return super().kill(victim, coro)


scheduler.Scheduler = _Scheduler  # type: ignore[misc]
