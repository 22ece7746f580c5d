"""An exception of a disconnect's class is lost, though it was the program that raised it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"exceptions.of-a-disconnects-class": "fail"}

scheduler.is_of_an_operation = lambda error: True  # type: ignore[attr-defined]
