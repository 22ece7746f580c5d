"""`fire` is called again and again as long as it raises `BlockingIOError`."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {"waitable.fire-that-would-block": "spin"}

_wait = Poller.wait


def _wait_on(poller: Poller, thread: Any, sources: Any, step: Any, what: str, **more: bool) -> None:
    def step_or_wait_on() -> Any:
        value = step()
        if isinstance(thread.error, BlockingIOError):
            raise thread.take_error()
        return value

    _wait(poller, thread, sources, step_or_wait_on, what, **more)


Poller.wait = _wait_on  # type: ignore[assignment, method-assign]
