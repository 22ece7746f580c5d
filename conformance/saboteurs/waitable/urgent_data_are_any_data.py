"""A `WaitableEvent` that waits for urgent data takes any that come."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import waitable

BREAKS: dict[str, str] = {"waitable.urgent": "fail"}

waitable._urgency = lambda source: source
