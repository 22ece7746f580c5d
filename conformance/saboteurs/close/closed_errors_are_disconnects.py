"""A thread that uses what the program has closed ends as if its peer had gone."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import SocketClosedError, errors, scheduler

BREAKS: dict[str, str] = {"close.error-is-no-disconnect": "fail"}

scheduler.DISCONNECTS = (*errors.DISCONNECTS, SocketClosedError)  # type: ignore[assignment, attr-defined]
