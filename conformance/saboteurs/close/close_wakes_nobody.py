"""Who waits on a connection that is closed waits for ever."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling
from bluelet_reference.polling import Poller, Source

BREAKS: dict[str, str] = {
    "close.wakes-receivers": "hang",
    "close.wakes-senders": "hang",
    "close.wakes-accepters": "hang",
}


def _forget(poller: Poller, source: Source, error: Exception) -> None:
    poller._drop(poller._channels[source.fileno()])


polling.Poller.forget = _forget  # type: ignore[assignment, method-assign]
