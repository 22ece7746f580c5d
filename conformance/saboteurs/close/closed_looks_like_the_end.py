"""Who waits on a connection as it is closed goes on with nothing, as if its peer had closed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller, Source

BREAKS: dict[str, str] = {
    "close.wakes-receivers": "fail",
    "close.wakes-line-readers": "fail",
    "close.wakes-senders": "fail",
    "close.wakes-accepters": "fail",
    "close.number-used-again": "fail",
}


def _forget(poller: Poller, source: Source, error: Exception) -> None:
    channel = poller._channels.get(source.fileno())
    if channel is not None:
        for queue in channel.queues.values():
            while queue:
                poller._rouse(queue[0].thread)
        poller._drop(channel)


Poller.forget = _forget  # type: ignore[assignment, method-assign]
