"""What the reference says to those who ask for a port that there cannot be."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference as bluelet
import pytest

Coroutine = Generator[Any, Any, Any]


def connects(port: int) -> Coroutine:
    yield bluelet.connect("127.0.0.1", port)


def listens(port: int) -> Coroutine:
    yield bluelet.null()
    bluelet.Listener("127.0.0.1", port)


def serves(port: int) -> Coroutine:
    yield bluelet.server("127.0.0.1", port, bluelet.Connection.close)


@pytest.mark.parametrize("program", [connects, listens, serves])
@pytest.mark.parametrize("port", [-65535, -1, 65536, 2**64])
def test_no_such_port(program: Callable[[int], Coroutine], port: int) -> None:
    with pytest.raises(ValueError, match=f"^a port is a number from 0 to 65535, not {port}$"):
        bluelet.run(program(port))
