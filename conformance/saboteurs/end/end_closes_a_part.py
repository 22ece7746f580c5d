"""`end` raises `GeneratorExit`, and so cannot be yielded below a `yield from` that cleans up."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler

BREAKS: dict[str, str] = {"end.finally-below-a-yield-from": "fail"}

events.Ending = GeneratorExit  # type: ignore[misc, assignment]
scheduler.Ending = GeneratorExit  # type: ignore[assignment, attr-defined]
