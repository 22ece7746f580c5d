"""A thread that was killed while it sent keeps its place, and those behind it wait for ever."""

from typing import NoReturn

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling

BREAKS: dict[str, str] = {"sendall.killed-sender-spares-the-next": "spin"}


def _never_again() -> NoReturn:
    raise BlockingIOError


def _cancel(watch: polling.Watch) -> None:
    watch.step = _never_again


polling.Watch.cancel = _cancel  # type: ignore[assignment, method-assign]
