"""What is sent to a peer that has gone is lost without a word.

In bluelet 0.2.0 the coroutine that sends is lost, too.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.errors import DISCONNECTS
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "send.to-a-closed-peer": "fail",
    "send.failure-reaches-the-caller": "fail",
    "send.disconnect-ends-its-thread": "fail",
    "send.disconnect-wakes-joiners": "fail",
    "send.disconnect-of-root": "fail",
    "sendall.to-a-closed-peer": "fail",
    "sendall.peer-closes-meanwhile": "fail",
}


def _never_fail(begin: Callable[[Any], Step]) -> Callable[[Any], Step]:
    @wraps(begin)
    def careless(event: Any) -> Step:
        step = begin(event)

        def silent() -> Any:
            with suppress(*DISCONNECTS):
                return step()

        return silent

    return careless


sockets._Send.begin = _never_fail(sockets._Send.begin)  # type: ignore[assignment, method-assign]
sockets._SendAll.begin = _never_fail(sockets._SendAll.begin)  # type: ignore[assignment, method-assign]
sockets._SendAll.perform = sockets.Operation.perform  # type: ignore[method-assign]
