"""A peer's disconnect that a thread does not catch ends the run, like any other exception."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {
    "recv.uncaught-reset": "fail",
    "send.disconnect-spares-others": "fail",
    "send.disconnect-ends-its-thread": "fail",
    "send.disconnect-wakes-joiners": "fail",
}

scheduler.DISCONNECTS = ()  # type: ignore[assignment, attr-defined]
