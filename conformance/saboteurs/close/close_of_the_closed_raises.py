"""What is closed cannot be closed again."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "close.twice": "fail",
    "close.listener-twice": "fail",
    "server.closes-when-the-handler-ends": "fail",
}

_close = sockets.Endpoint.close


def _close_once(owner: sockets.Endpoint) -> None:
    owner.expect_open()
    _close(owner)


sockets.Endpoint.close = _close_once  # type: ignore[assignment, method-assign]
