"""`Event` is a class that has nothing to do with `WaitableEvent`."""

from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"waitable.is-an-event": "fail"}


class Event:  # type: ignore[no-redef]
    """What a thread may yield, says its documentation."""
