"""What a `finally` raises has for its context what `end` raised."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"end.finally-raises-as-after-return": "fail"}

scheduler.forget_ending = id  # type: ignore[assignment, attr-defined]
