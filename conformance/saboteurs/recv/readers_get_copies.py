"""What comes on a connection is given to every thread that waits for it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {
    "recv.several-readers-lose-nothing": "fail",
    "recv.several-readers-block-nobody": "fail",
    "recv.several-readers-in-turn": "fail",
}

_resume = Watch.resume


def _resume_all(watch: Watch) -> bool:
    others = [other for channel, way in watch._places for other in channel.queues[way][1:]]
    goes_on = _resume(watch)
    data = watch.thread.value
    if goes_on and isinstance(data, bytes):
        for other in others:
            other.thread.value = data
            watch._poller._rouse(other.thread)
    return goes_on


Watch.resume = _resume_all  # type: ignore[assignment, method-assign]
