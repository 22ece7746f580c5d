"""A listener drops the bits of its port's number that are too many.

So does the system's search for addresses, which a listener may leave the port to.
"""

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"listener.not-a-port": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that listens somewhere in any case."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port & 0xFFFF)
