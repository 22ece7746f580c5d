"""`sleep` takes a string for the number that it spells."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events

BREAKS: dict[str, str] = {"arguments.sleep-of-no-number": "fail"}

events.Real = object  # type: ignore[assignment, attr-defined]
