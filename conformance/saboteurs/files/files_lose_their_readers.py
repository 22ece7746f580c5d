"""Who waits for a file is forgotten when another thread uses it by its descriptor's number."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Channel, Poller

BREAKS: dict[str, str] = {
    "files.one-read-and-written": "fail",
    "waitable.several-threads": "hang",
}


_lose = Poller._lose


def _is_another(self: Poller, channel: Channel) -> bool:
    return False


def _drop(self: Poller, channel: Channel, error: Exception | None = None) -> None:
    if error is None:
        self._drop(channel)
    else:
        _lose(self, channel, error)


Poller._is_open = _is_another  # type: ignore[method-assign]
Poller._lose = _drop  # type: ignore[method-assign]
