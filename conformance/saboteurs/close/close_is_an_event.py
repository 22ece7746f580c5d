"""`close` only returns an event, which has to be yielded; a server knows that."""

import sys

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Event, sockets
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "close.at-once": "fail",
    "close.after-the-run": "fail",
    "listener.port-free-again": "fail",
    "listener.close-ends-listening": "fail",
}

_close = sockets.Endpoint.close


class _Close(Event):
    def __init__(self, owner: sockets.Endpoint) -> None:
        self.owner = owner

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        _close(self.owner)
        return True


def _close_event(owner: sockets.Endpoint) -> _Close | None:
    if sys._getframe(1).f_globals["__name__"] == "bluelet_reference.server":
        return _close(owner)
    return _Close(owner)


sockets.Endpoint.close = _close_event  # type: ignore[assignment, method-assign]
