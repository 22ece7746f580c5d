"""`run` swallows every exception, and returns as if all were well.

An assertion inside a thread would be swallowed as well, and prove nothing.
"""

from collections.abc import Generator
from contextlib import suppress
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {
    "exceptions.from-root": "fail",
    "run.deadlock-never-returns": "fail",
}


def run(root: Generator[Any, Any, Any]) -> None:  # type: ignore[no-redef]
    """Run `root`, and never raise."""
    with suppress(BaseException):
        bluelet_reference.run(root)
