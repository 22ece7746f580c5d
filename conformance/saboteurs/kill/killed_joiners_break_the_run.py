"""A killed thread is still among the joiners of another, whose end then breaks the run."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"kill.spares-others": "fail"}

_killed: set[Thread] = set()


class _Brittle(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        joining = victim.wait
        error = super().kill(victim, coro)
        if isinstance(joining, scheduler._Joining):
            joining._joiners[victim] = None
            _killed.add(victim)
        return error

    def resume(self, thread: Thread) -> None:
        if thread in _killed:
            raise RuntimeError("a killed thread cannot go on")
        super().resume(thread)


scheduler.Scheduler = _Brittle  # type: ignore[misc]
