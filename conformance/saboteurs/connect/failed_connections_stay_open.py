"""A connection that could not be made, or is not wanted any longer, is never closed."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "connect.suspends-only-its-thread": "leak",
    "connect.refused": "leak",
}

_kept: list[Connection] = []


class _Unmade(Connection):
    def close(self) -> None:
        _kept.append(self)


class _Connect(connecting._Connect):
    def begin(self) -> Step:
        self.owner.__class__ = _Unmade
        return super().begin()


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect, and keep what there is of a connection where that fails."""
    connection: Connection = yield bluelet_reference.connect(host, port)
    connection.__class__ = Connection
    return connection


connecting._Connect = _Connect  # type: ignore[misc]
