"""`kill` throws an `Exception` into its victim, which a handler there may catch."""

from contextlib import suppress

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"kill.passes-handlers": "fail"}


class _Killed(Exception):
    """What stands for `GeneratorExit`."""


class _Throwing(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        with suppress(Exception):
            victim.stack[-1].throw(_Killed())
        return super().kill(victim, coro)


scheduler.Scheduler = _Throwing  # type: ignore[misc]
