"""Only one thread may wait for a connection at a time, to receive or to send."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import READ, WRITE
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "recv.full-duplex": "fail",
    "recv.several-readers-lose-nothing": "fail",
    "recv.several-readers-block-nobody": "fail",
    "recv.several-readers-in-turn": "fail",
    "sendall.several-senders-keep-order": "fail",
}


_perform = sockets.Operation.perform


def _alone(self: sockets.Operation, scheduler: Scheduler, thread: Thread) -> bool:
    channel = self.owner.channel if isinstance(self.owner, sockets.Connection) else None
    for direction in (READ, WRITE):
        if channel is not None and channel.queues[direction]:
            raise RuntimeError("another thread is using this connection")
    return _perform(self, scheduler, thread)


sockets.Operation.perform = _alone  # type: ignore[method-assign]
sockets._SendAll.perform = _alone  # type: ignore[method-assign]
