"""A listener does not listen before somebody accepts."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {
    "listener.listens-when-made": "fail",
    "listener.made-before-the-run": "fail",
    "listener.port-in-use": "fail",
}


class Listener:  # type: ignore[no-redef]
    """A listener that will be."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._listener: bluelet_reference.Listener | None = None

    def accept(self) -> Generator[Any, Any, Connection]:
        """Listen, and accept."""
        if self._listener is None:
            self._listener = bluelet_reference.Listener(self.host, self.port)
        return self._listener.accept()

    def close(self) -> None:
        """Listen no longer."""
        if self._listener is not None:
            self._listener.close()
