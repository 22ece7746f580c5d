"""Whom a signal handler makes ready has a turn when something else happens."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {"close.by-a-signal-handler": "hang"}

Poller._wake = lambda self: None  # type: ignore[method-assign]
