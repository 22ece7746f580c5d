"""The reference, but each run starts a thread of the operating system that never ends.

The suite has to tell that each of them is left behind, and no clause may cost more for it.
"""

import threading
from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403


def run(root: Generator[Any, Any, Any]) -> None:  # type: ignore[no-redef]
    """Run `root`, beside a thread that waits for what nobody sets."""
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    bluelet_reference.run(root)
