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
    [(channel, direction)] = watch._places
    _, *others = channel.queues[direction]
    if not _resume(watch):
        return False
    for other in others:
        other.thread.value = watch.thread.value
        watch._poller._rouse(other.thread)
    return True


Watch.resume = _resume_all  # type: ignore[assignment, method-assign]
