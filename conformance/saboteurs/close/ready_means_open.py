"""What is ready is received in its thread's next turn, without asking whether it is still open."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller, Source, Watch

BREAKS: dict[str, str] = {
    "close.in-the-moment-of-readiness-spares-others": "fail",
    "close.in-the-moment-of-readiness": "fail",
}

_forget = Poller.forget


def _forget_the_others(poller: Poller, source: Source, error: Exception) -> None:
    channel = poller._channels.get(source.fileno())
    for queue in channel.queues.values() if channel else ():
        if queue and queue[0].thread.due is not None:
            queue.pop(0)
    _forget(poller, source, error)


def _resume(watch: Watch) -> bool:
    watch.thread.value = watch.step()
    watch.thread.wait = watch.thread.due = None
    return True


Poller.forget = _forget_the_others  # type: ignore[assignment, method-assign]
Watch.resume = _resume  # type: ignore[assignment, method-assign]
