"""Where the system has no room for what is sent, that is taken for a failure."""

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "send.waits-for-room": "fail",
    "send.of-nothing": "fail",
    "sendall.holds-up-nobody": "fail",
    "sendall.to-a-slow-peer": "fail",
    "sendall.any-amounts": "fail",
    "sendall.both-ways-at-once": "fail",
    "sendall.of-nothing": "fail",
    "sendall.bytes-like": "fail",
    "sendall.several-senders-keep-order": "fail",
    "sendall.killed-sender-sends-no-more": "fail",
    "sendall.killed-sender-spares-the-next": "fail",
    "sendall.killed-sender-leaves-the-connection": "fail",
    "close.wakes-senders": "fail",
}


def _fail_where_full(begin: Callable[[Any], Step]) -> Callable[[Any], Step]:
    @wraps(begin)
    def fragile(event: Any) -> Step:
        step = begin(event)

        def impatient() -> Any:
            try:
                return step()
            except BlockingIOError as error:
                raise OSError(errno.ENOBUFS, "no room") from error

        return impatient

    return fragile


sockets._Send.begin = _fail_where_full(sockets._Send.begin)  # type: ignore[assignment, method-assign]
sockets._SendAll.begin = _fail_where_full(sockets._SendAll.begin)  # type: ignore[assignment, method-assign]
sockets._SendAll.perform = sockets.Operation.perform  # type: ignore[method-assign]
