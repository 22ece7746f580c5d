"""To yield what is no event, or a bare one, ends the run, and the thread cannot catch it."""

from typing import Any, NoReturn

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Event, scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "arguments.not-an-event": "fail",
    "arguments.not-an-event-says-so": "fail",
    "arguments.not-an-event-spares-others": "fail",
    "arguments.bare-event": "fail",
    "server.handler-that-is-no-coroutine": "fail",
}


def _give_up(given: Any) -> NoReturn:
    raise SystemExit("that is no event")


def _perform(event: Event, scheduler: scheduler.Scheduler, thread: Thread) -> bool:
    _give_up(event)


scheduler.describe = _give_up  # type: ignore[attr-defined]
Event.perform = _perform  # type: ignore[assignment, method-assign]
