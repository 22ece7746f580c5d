"""What `fire` returns is lost, and what it raises too; and an event fires once in its life."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread
from bluelet_reference.waitable import WaitableEvent

BREAKS: dict[str, str] = {
    "waitable.gives-what-fire-returns": "fail",
    "waitable.writable": "fail",
    "waitable.first-of-several": "fail",
    "waitable.yielded-again": "fail",
    "waitable.failing-fire": "fail",
}

_perform = WaitableEvent.perform


def _lose(self: WaitableEvent, scheduler: Scheduler, thread: Thread) -> bool:
    fire = self.fire

    def fire_and_forget() -> Any:
        try:
            fire()
        except Exception:
            return None

    self.fire = fire_and_forget  # type: ignore[method-assign]
    return _perform(self, scheduler, thread)


WaitableEvent.perform = _lose  # type: ignore[method-assign]
