"""What has come for a thread that is killed as it accepts is accepted for it, and lost."""

from contextlib import suppress

from bluelet_reference import *  # noqa: F403
from bluelet_reference import connecting, scheduler
from bluelet_reference.polling import Watch
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"listener.killed-as-a-connection-comes": "hang"}


class _Scheduler(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        watch = victim.wait
        step = watch.step if isinstance(watch, Watch) and victim.due is not None else None
        if step is not None and isinstance(getattr(step, "__self__", None), connecting._Accept):
            with suppress(BlockingIOError):
                step().close()
        return super().kill(victim, coro)


scheduler.Scheduler = _Scheduler  # type: ignore[misc]
