"""Each connection is given to two threads: to the one that came first, and to the next."""

import socket

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {
    "listener.each-connection-to-one-thread": "fail",
}

_step = connecting._Accept.step
_given: dict[object, socket.socket] = {}


def _step_again(operation: connecting._Accept) -> Connection:
    if operation.owner in _given:
        return Connection(_given.pop(operation.owner), "again")
    connection = _step(operation)
    _given[operation.owner] = connection.sock.dup()
    return connection


connecting._Accept.step = _step_again  # type: ignore[assignment, method-assign]
