"""Whether a connection is closed is asked when an event is made, and not when it is yielded.

So it is in bluelet 0.2.0.
"""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"close.between-making-and-yielding": "fail"}


class _Trusting:
    def __init__(self, owner: sockets._Socket) -> None:
        self._owner = owner

    def open_sock(self) -> socket.socket:
        return self._owner.sock

    def __getattr__(self, name: str) -> object:
        return getattr(self._owner, name)


_perform = sockets.Operation.perform


def _perform_unasked(event: sockets.Operation, scheduler: Scheduler, thread: Thread) -> bool:
    event.owner = _Trusting(event.owner)  # type: ignore[assignment]
    return _perform(event, scheduler, thread)


sockets.Operation.perform = _perform_unasked  # type: ignore[assignment, method-assign]
