"""`spawn` gives each thread one of the operating system's, so that they run in parallel."""

import threading
from collections.abc import Generator
from typing import Any

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference.events import Event, null

BREAKS: dict[str, str] = {
    "run.in-one-os-thread": "fail",
    "run.one-thread-at-a-time": "fail",
    "exceptions.from-a-spawned-thread": "fail",
    "interrupts.are-not-lost": "fail",
    "arguments.spawn-of-a-non-generator": "fail",
}


_started: list[threading.Thread] = []


def run(root: Generator[Any, Any, Any]) -> None:  # type: ignore[no-redef]
    """Run `root`, and wait for all that it started."""
    bluelet_reference.run(root)
    while _started:
        _started.pop().join()


def spawn(coro: Generator[Any, Any, Any]) -> Event:  # type: ignore[no-redef]
    """Start `coro` at once, beside the thread that spawns it."""
    thread = threading.Thread(target=bluelet_reference.run, args=(coro,))
    thread.start()
    _started.append(thread)
    return null()
