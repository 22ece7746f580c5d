"""What one reader leaves in the buffer is not given to the next before more has come."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {"readline.several-readers": "fail"}

_cancel = Watch.cancel


def _cancel_quietly(watch: Watch) -> None:
    others = [other for channel, way in watch._places for other in channel.queues[way][1:]]
    for other in others:
        other._may_try = False
    _cancel(watch)
    for other in others:
        other._may_try = True


Watch.cancel = _cancel_quietly  # type: ignore[assignment, method-assign]
