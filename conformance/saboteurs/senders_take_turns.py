"""Threads that send on one connection send a piece each in turn, so that their data mingle."""

from collections import deque

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {"sendall.several-senders-do-not-interleave": "fail"}


class _Poller(polling.Poller):
    def _serve(self, queue: deque[Watch]) -> None:
        super()._serve(queue)
        queue.rotate()


polling.Poller._serve = _Poller._serve  # type: ignore[assignment, method-assign]
