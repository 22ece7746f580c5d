"""The scheduler never looks whether those that wait still can go on."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.scheduler import Scheduler

BREAKS: dict[str, str] = {
    "close.of-the-socket-itself": "hang",
    "files.closed-under-its-reader": "hang",
    "closing.behind-the-schedulers-back": "hang",
}

Scheduler._rouse_the_closed = lambda self: None  # type: ignore[method-assign]
