"""What is ready is received in its thread's next turn, though it has been closed meanwhile."""

import errno
import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller, Source, Watch

BREAKS: dict[str, str] = {
    "close.in-the-moment-of-readiness-spares-others": "fail",
    "close.in-the-moment-of-readiness": "fail",
}

_forget, _resume = Poller.forget, Watch.resume


def _forget_the_others(poller: Poller, source: Source, error: Exception) -> None:
    channel = poller._channels.get(source.fileno())
    for queue in channel.queues.values() if channel else ():
        if queue and queue[0].thread.due is not None:
            queue.pop(0)
    _forget(poller, source, error)


def _resume_or_fail(watch: Watch) -> bool:
    for channel, _ in watch._places:
        source = channel.source()
        if isinstance(source, socket.socket) and source.fileno() < 0:
            raise OSError(errno.EBADF, "bad file descriptor")
    return _resume(watch)


Poller.forget = _forget_the_others  # type: ignore[assignment, method-assign]
Watch.resume = _resume_or_fail  # type: ignore[assignment, method-assign]
