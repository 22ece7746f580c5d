"""Whoever sends waits until there is room, even who has nothing to send.

So it is in bluelet 0.2.0.
"""

import select
from collections.abc import Callable
from functools import wraps
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "send.of-nothing": "hang",
    "sendall.of-nothing": "hang",
    "server.many-descriptors": "fail",
}


def _look_first(begin: Callable[[Any], Step]) -> Callable[[Any], Step]:
    @wraps(begin)
    def careful(event: Any) -> Step:
        step = begin(event)

        def patient() -> Any:
            if not select.select([], [event.owner.sock], [], 0)[1]:
                raise BlockingIOError
            return step()

        return patient

    return careful


sockets._Send.begin = _look_first(sockets._Send.begin)  # type: ignore[assignment, method-assign]
sockets._SendAll.begin = _look_first(sockets._SendAll.begin)  # type: ignore[assignment, method-assign]
sockets._SendAll.perform = sockets.Operation.perform  # type: ignore[method-assign]
