"""A small bluelet: generators as threads, one loop, and sockets that hold up nobody."""

from tinybluelet.scheduler import (
    Event,
    WaitableEvent,
    call,
    end,
    join,
    kill,
    null,
    run,
    sleep,
    spawn,
)
from tinybluelet.sockets import Connection, Listener, SocketClosedError, connect, server

__version__ = "0.3.0"

__all__ = [
    "Connection",
    "Event",
    "Listener",
    "SocketClosedError",
    "WaitableEvent",
    "call",
    "connect",
    "end",
    "join",
    "kill",
    "null",
    "run",
    "server",
    "sleep",
    "spawn",
]
