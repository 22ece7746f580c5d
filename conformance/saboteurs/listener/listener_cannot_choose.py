"""A listener takes no port 0."""

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"listener.port-zero": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that wants to know its port."""

    def __init__(self, host: str, port: int) -> None:
        if not 1 <= port <= 65535:
            raise ValueError(f"{port} is no port")
        super().__init__(host, port)
