"""What is closed cannot be closed again."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {"close.twice": "fail", "close.listener-twice": "fail"}

_close = sockets._Socket.close


def _close_once(owner: sockets._Socket) -> None:
    owner.expect_open()
    _close(owner)


sockets._Socket.close = _close_once  # type: ignore[assignment, method-assign]
