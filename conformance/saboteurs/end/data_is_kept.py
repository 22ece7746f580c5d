"""The scheduler keeps an account of what it has carried out."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {"end.lets-go-of-its-value": "fail", "send.lets-go-of-its-data": "fail"}

_account: list[Any] = []


class _Accountant(scheduler.Scheduler):
    def _carry_out(self, thread: Thread, event: object) -> bool:
        _account.append(event)
        return super()._carry_out(thread, event)


scheduler.Scheduler = _Accountant  # type: ignore[misc]
