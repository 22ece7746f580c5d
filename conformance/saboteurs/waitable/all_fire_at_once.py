"""Where a descriptor is ready, the custom events of all who wait for it fire, not the first's."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import READ, WRITE, Poller

BREAKS: dict[str, str] = {"waitable.taken-by-another-thread": "fail"}

_serve = Poller.serve


def _serve_all(self: Poller, ready: list[tuple[int, int]]) -> None:
    for fd, events in ready:
        channel = self._channels.get(fd)
        for direction in (READ, WRITE):
            if channel is not None and events & direction:
                for watch in channel.queues[direction][1:]:
                    if not watch._may_try:  # An event of the program's own.
                        watch.make_due()
    _serve(self, ready)


Poller.serve = _serve_all  # type: ignore[method-assign]
