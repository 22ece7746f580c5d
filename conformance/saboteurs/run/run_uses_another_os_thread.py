"""`run` runs everything in a thread of the operating system that it starts for it."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"run.in-one-os-thread": "fail"}


def run(root: Generator[Any, Any, Any]) -> None:  # type: ignore[no-redef]
    """Run `root` elsewhere, and wait for it."""
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(bluelet_reference.run, root).result()
