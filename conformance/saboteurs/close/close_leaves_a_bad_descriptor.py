"""A closed connection stays on the list of those to wait for, and the system refuses the list.

So it is in bluelet 0.2.0, where that costs all threads but the root their lives.
"""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling

BREAKS: dict[str, str] = {
    "close.receivers-connection-spares-others": "fail",
    "close.senders-connection-spares-others": "fail",
    "close.accepters-listener-spares-others": "fail",
    "close.wakes-receivers": "fail",
    "close.wakes-line-readers": "fail",
    "close.wakes-senders": "fail",
    "close.wakes-accepters": "fail",
    "close.number-used-again": "fail",
    "server.handler-that-leaves-a-reader": "fail",
}


_select = polling.Poller.select


def _select_all(poller: polling.Poller, timeout: float | None) -> list[Any]:
    for channel in poller._channels.values():
        source = channel.source()
        if any(channel.queues.values()) and (source is None or _is_closed(source)):
            raise ValueError("file descriptor cannot be a negative integer (-1)")
    return _select(poller, timeout)


def _is_closed(source: Any) -> bool:
    return not isinstance(source, int) and source.fileno() < 0


def _forget(poller: polling.Poller, source: object, error: Exception) -> None:
    pass


polling.Poller.select = _select_all  # type: ignore[assignment, method-assign]
polling.Poller.forget = _forget  # type: ignore[assignment, method-assign]
