"""What a killed thread waited to do is done all the same: received, accepted, sent."""

import socket
from contextlib import suppress
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler
from bluelet_reference.polling import Watch
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {
    "recv.killed-while-it-waits": "fail",
    "readline.killed-within-a-line": "fail",
    "listener.killed-in-accept": "hang",
    "sendall.killed-sender-sends-no-more": "fail",
    "sendall.killed-sender-leaves-the-connection": "hang",
    "listener.killed-as-a-connection-comes": "hang",
    "recv.killed-as-data-comes": "fail",
    "readline.killed-as-a-line-comes": "fail",
    "waitable.killed-while-waiting": "fail",
}


def _nothing() -> Any:
    with suppress(Exception):
        yield


class _Scheduler(scheduler.Scheduler):
    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        watch = victim.wait
        error = super().kill(victim, coro)
        if isinstance(watch, Watch):
            [(channel, direction)] = watch._places
            source = channel.source()
            if isinstance(source, socket.socket) and source.fileno() >= 0:
                coroutine = _nothing()
                next(coroutine)
                ghost = self.start(coroutine)
                self.ready.remove(ghost)
                self.poller.wait(ghost, [(source, direction)], watch.step, "", may_try=True)
        return error


scheduler.Scheduler = _Scheduler  # type: ignore[misc]
