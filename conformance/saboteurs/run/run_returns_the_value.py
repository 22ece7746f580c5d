"""`run` returns what the root returned.

So does `asyncio.run`.
"""

from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"run.returns-none": "fail"}


def run(root: Generator[Any, Any, Any]) -> Any:  # type: ignore[no-redef]
    """Run `root` and return its value."""
    values: list[Any] = []

    def outer() -> Generator[Any, Any, None]:
        values.append((yield root))

    bluelet_reference.run(outer())
    return values[0]
