"""Who waits for a file is forgotten when another thread uses it by its descriptor's number."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Channel, Poller

BREAKS: dict[str, str] = {
    "files.one-read-and-written": "hang",
    "waitable.several-threads": "hang",
}


def _is_another(self: Poller, channel: Channel) -> bool:
    return False


Poller._is_registered = _is_another  # type: ignore[method-assign]
