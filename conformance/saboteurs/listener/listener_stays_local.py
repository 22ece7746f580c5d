"""A listener without a host listens at one address of the machine, where nobody else gets to."""

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"listener.any-address": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that is not told where to listen, and is careful."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host or "127.0.0.1", port)
