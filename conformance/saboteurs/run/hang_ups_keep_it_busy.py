"""A descriptor is reported again and again though nobody waits for it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Channel, Poller

BREAKS: dict[str, str] = {"run.idle-beside-what-is-ready": "fail"}

_leave = Poller.leave


def _leave_files(poller: Poller, channel: Channel, direction: int) -> None:
    if not channel.is_kept:
        _leave(poller, channel, direction)


Poller.leave = _leave_files  # type: ignore[assignment, method-assign]
