"""A `WaitableEvent` that waits for urgent data takes any that come."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import waitable
from bluelet_reference.polling import READ

BREAKS: dict[str, str] = {"waitable.urgent": "fail"}

waitable.URGENT = READ  # type: ignore[attr-defined]
