"""What one reader leaves in the buffer is not given to the next before more has come."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {"readline.several-readers": "hang"}

_cancel = Watch.cancel


def _cancel_quietly(watch: Watch) -> None:
    for channel, direction in watch._places:
        for other in channel.queues[direction]:
            other._may_try = False
    _cancel(watch)


Watch.cancel = _cancel_quietly  # type: ignore[assignment, method-assign]
