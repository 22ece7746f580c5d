"""What was waited for in a run cannot be closed after it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {"close.after-the-run": "fail"}

_close = sockets.Endpoint.close


def _close_in_the_run(self: sockets.Endpoint) -> None:
    if self.channel is not None and self.channel.poller is None:
        raise RuntimeError("the run is over")
    _close(self)


sockets.Endpoint.close = _close_in_the_run  # type: ignore[method-assign]
