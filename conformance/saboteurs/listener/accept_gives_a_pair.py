"""`accept` returns a connection and an address, as that of a plain socket does."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"listener.accept-gives-a-connection": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that tells who it is."""

    def _accept(self) -> Generator[Any, Any, Any]:
        connection = yield from super()._accept()
        return connection, connection.addr
