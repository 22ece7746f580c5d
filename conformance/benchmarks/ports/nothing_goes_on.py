"""The reference, but a thread that waits for anything other than time waits for an hour.

Sockets, files and other threads never make it ready. So every clause that needs one of them goes on
until its limit: this port costs as much time as a wrong port can.
"""

from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403


def _an_hour(*_: Any, **__: Any) -> Any:
    return bluelet_reference.sleep(3600)


class Connection(bluelet_reference.Connection):  # type: ignore[no-redef]
    """A connection on which nothing is ever received."""

    recv = readline = _an_hour


join = connect = read = write = _an_hour
