"""What a killed receiver waited for is still waited for, and an error if it is closed meanwhile."""

import socket
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.polling import Poller, Watch
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"close.by-the-victim-of-a-kill-spares-others": "fail"}

_select = Poller.select
_abandoned: list[Any] = []


class _Scheduler(scheduler.Scheduler):
    def __init__(self, root: Coroutine) -> None:
        _abandoned.clear()
        super().__init__(root)

    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        if isinstance(victim.wait, Watch):
            sources: list[Any] = [channel.source() for channel, _ in victim.wait._places]
            _abandoned.extend(source for source in sources if not _listens(source))
        return super().kill(victim, coro)


def _listens(source: Any) -> bool:
    if not isinstance(source, socket.socket):
        return True  # It is no receiver.
    return bool(source.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _select_all(poller: Poller, timeout: float | None) -> list[Any]:
    if any(source.fileno() < 0 for source in _abandoned):
        raise OSError("bad file descriptor")
    return _select(poller, timeout)


scheduler.Scheduler = _Scheduler  # type: ignore[misc]
Poller.select = _select_all  # type: ignore[assignment, method-assign]
