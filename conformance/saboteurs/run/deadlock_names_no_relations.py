"""The message for a deadlock names the threads, and not what each of them waits for."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"run.deadlock-names-who-waits": "fail"}


class _Vague(scheduler.Scheduler):
    def _who_waits(self) -> str:
        names = [coro.__qualname__ for coro in self._owner]
        return f"deadlock somewhere around {', '.join(names * 2)}"


scheduler.Scheduler = _Vague  # type: ignore[misc]
