"""Threads that send on one connection send a piece each in turn, so that their data mingle."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {"sendall.several-senders-do-not-interleave": "fail"}

_resume = Watch.resume


def _resume_and_step_back(watch: Watch) -> bool:
    goes_on = _resume(watch)
    if not goes_on:
        [(channel, direction)] = watch._places
        queue = channel.queues[direction]
        queue.append(queue.pop(0))
    return goes_on


Watch.resume = _resume_and_step_back  # type: ignore[assignment, method-assign]
