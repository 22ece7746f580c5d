"""To wait until there is room on a connection ends the wait for what comes from it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling
from bluelet_reference.polling import READ, WRITE, Poller

BREAKS: dict[str, str] = {"sendall.both-ways-at-once": "hang"}

_set_interest = Poller._set_interest


def _set_one(poller: Poller, channel: polling.Channel, interest: int) -> None:
    both = interest == READ | WRITE
    _set_interest(poller, channel, interest & ~channel.interest if both else interest)


polling.Poller._set_interest = _set_one  # type: ignore[assignment, method-assign]
