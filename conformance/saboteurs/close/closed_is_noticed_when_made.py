"""Whether a connection is closed is asked when an event is made, and not when it is yielded.

So it is in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import SocketClosedError, sockets
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"close.between-making-and-yielding": "fail"}

_perform = sockets.Operation.perform


def _perform_unasked(event: sockets.Operation, scheduler: Scheduler, thread: Thread) -> bool:
    try:
        return _perform(event, scheduler, thread)
    except SocketClosedError:
        raise OSError("bad file descriptor") from None


sockets.Operation.perform = _perform_unasked  # type: ignore[assignment, method-assign]
