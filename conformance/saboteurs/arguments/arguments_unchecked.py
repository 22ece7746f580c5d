"""What should be a generator is taken for one, until it proves otherwise."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events, scheduler

BREAKS: dict[str, str] = {
    "arguments.spawn-of-a-non-generator": "fail",
    "arguments.call-of-a-non-generator": "fail",
    "arguments.run-of-a-non-generator": "fail",
    "arguments.names-the-culprit": "fail",
    "arguments.join-of-a-non-thread": "fail",
    "arguments.kill-of-a-non-thread": "fail",
}


def _accept(operation: str, given: Any) -> Any:
    return given


events.expect_coroutine = _accept  # type: ignore[attr-defined]
scheduler.expect_coroutine = _accept  # type: ignore[attr-defined]
