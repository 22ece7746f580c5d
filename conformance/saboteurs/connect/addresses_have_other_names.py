"""The parameters of `connect` and `Listener` go by other names than the README's."""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection

BREAKS: dict[str, str] = {
    "connect.host-and-port-as-keywords": "fail",
    "listener.host-and-port-as-keywords": "fail",
}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener at an address and a number."""

    def __init__(self, address: str, number: int) -> None:
        super().__init__(address, number)


def connect(address: str, number: int) -> Generator[Any, Any, Connection]:  # type: ignore[no-redef]
    """Connect to an address and a number."""
    return bluelet_reference.connect(address, number)
