"""What a killed thread waited for is still waited for, and an error if it is closed meanwhile."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller, Watch

BREAKS: dict[str, str] = {"close.by-the-victim-of-a-kill-spares-others": "fail"}

_cancel, _finish, _select = Watch.cancel, Poller._finish, Poller.select
_abandoned: list[Any] = []


def _cancel_later(watch: Watch) -> None:
    if watch.thread.wait is watch:
        _abandoned.extend(channel.source() for channel, _ in watch._queues)
    _cancel(watch)


def _finish_it(poller: Poller, watch: Watch, value: Any, error: Exception | None) -> None:
    watch.thread.wait = None
    _finish(poller, watch, value, error)


def _select_all(poller: Poller, timeout: float | None) -> list[Any]:
    if any(source.fileno() < 0 for source in _abandoned):
        raise OSError("bad file descriptor")
    return _select(poller, timeout)


Watch.cancel = _cancel_later  # type: ignore[assignment, method-assign]
Poller._finish = _finish_it  # type: ignore[assignment, method-assign]
Poller.select = _select_all  # type: ignore[assignment, method-assign]
