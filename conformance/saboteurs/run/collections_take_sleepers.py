"""A full collection takes those that sleep, as if nobody knew of them."""

import gc
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.timers import Timer

BREAKS: dict[str, str] = {"run.holds-its-threads": "fail"}


class _Weak(scheduler.Scheduler):
    def loop(self) -> None:
        gc.callbacks.append(self._forget)
        try:
            super().loop()
        finally:
            gc.callbacks.remove(self._forget)

    def _forget(self, phase: str, about: dict[str, Any]) -> None:
        if phase == "stop" and about["generation"] == 2:
            for thread in dict.fromkeys(self._owner.values()):
                if isinstance(thread.wait, Timer):
                    self.rouse(thread)
                    self._close(thread)


scheduler.Scheduler = _Weak  # type: ignore[misc]
