"""`run` raises if its generator has finished already.

So does `asyncio.run`, which cannot reuse an awaited coroutine.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"run.finished-generator": "fail"}


class _Strict(scheduler.Scheduler):
    def start(self, coro: Coroutine) -> Thread:
        if coro.gi_frame is None:
            raise RuntimeError("it has run already")
        return super().start(coro)


scheduler.Scheduler = _Strict  # type: ignore[misc]
