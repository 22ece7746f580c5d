"""To close a connection wakes those who wait to receive on it; if there are none, the senders."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling
from bluelet_reference.polling import READ, WRITE, Poller, Source

BREAKS: dict[str, str] = {"close.wakes-both-ways": "fail"}

_forget = Poller.forget


def _forget_receivers(poller: Poller, source: Source, error: Exception) -> None:
    queues = poller._channels[source.fileno()].queues
    if queues[READ]:
        queues[WRITE] = []
    _forget(poller, source, error)


polling.Poller.forget = _forget_receivers  # type: ignore[assignment, method-assign]
