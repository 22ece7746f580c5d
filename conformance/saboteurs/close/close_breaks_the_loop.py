"""When a socket is closed that somebody waits for, the system's report of readiness fails.

So it does in bluelet 0.2.0: the whole program fails with it.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller, Source

BREAKS: dict[str, str] = {
    "close.receivers-connection-spares-others": "fail",
    "close.senders-connection-spares-others": "fail",
    "close.accepters-listener-spares-others": "fail",
    "close.in-the-moment-of-readiness-spares-others": "fail",
    "close.wakes-accepters": "fail",
    "server.handler-that-leaves-a-reader": "fail",
}


def _forget(poller: Poller, source: Source, error: Exception) -> None:
    channel = poller._channels.get(source.fileno())
    if channel is not None and any(channel.queues.values()):
        poller.select = _fail  # type: ignore[method-assign]


def _fail(timeout: float | None) -> list[Any]:
    raise ValueError("file descriptor cannot be a negative integer (-1)")


Poller.forget = _forget  # type: ignore[assignment, method-assign]
