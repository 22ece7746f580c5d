"""What is done with a closed connection is left to the system to find fault with."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets

BREAKS: dict[str, str] = {
    "close.operations-afterwards": "fail",
    "close.accept-afterwards": "fail",
    "close.between-making-and-yielding": "fail",
    "close.error-is-an-exception": "fail",
    "close.error-is-no-disconnect": "fail",
}


class _BadDescriptor(OSError):
    """What the system says of a descriptor that is none."""


sockets.SocketClosedError = _BadDescriptor  # type: ignore[assignment, attr-defined]
