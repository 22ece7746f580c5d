"""The message for a wrong argument does not say what was given."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import errors, scheduler

BREAKS: dict[str, str] = {
    "arguments.not-an-event-says-so": "fail",
    "arguments.names-the-culprit": "fail",
}


def _describe(given: Any) -> str:
    return "that"


errors.describe = _describe
scheduler.describe = _describe  # type: ignore[attr-defined]
