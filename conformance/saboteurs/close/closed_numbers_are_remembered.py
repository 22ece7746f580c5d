"""A connection counts as registered after it is closed, and so does the next of its number."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import SocketClosedError
from bluelet_reference.polling import Channel, Poller, Source

BREAKS: dict[str, str] = {
    "close.by-a-signal-handler": "hang",
    "close.number-used-again": "fail",
    "server.port-free-again": "hang",
}

_channel, _forget = Poller.channel, Poller.forget


def _remember(poller: Poller, source: Source, error: Exception) -> None:
    if not isinstance(error, SocketClosedError):
        _forget(poller, source, error)  # It is not the program's.
        return
    channel = poller._channels.get(source.fileno())
    for queue in channel.queues.values() if channel else ():
        while queue:
            queue[0].thread.error = error
            poller._rouse(queue[0].thread)


def _by_number(poller: Poller, source: Source | int) -> Channel:
    number = source if isinstance(source, int) else source.fileno()
    return poller._channels.get(number) or _channel(poller, source)


Poller.forget = _remember  # type: ignore[assignment, method-assign]
Poller.channel = _by_number  # type: ignore[assignment, method-assign]
