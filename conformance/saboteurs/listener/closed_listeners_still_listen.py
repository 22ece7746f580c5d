"""To close a listener is to remember that it is closed; its socket is left to the collector."""

from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {
    "listener.port-free-again": "fail",
    "listener.close-ends-listening": "fail",
    "server.interrupt-in-a-handler": "fail",
    "server.interrupt-while-idle": "fail",
    "server.killed": "fail",
    "server.port-free-again": "fail",
}

_closed: list[Any] = []


def _close(listener: bluelet_reference.Listener) -> None:
    _closed.append(listener)


bluelet_reference.Listener.close = _close  # type: ignore[assignment, method-assign]
