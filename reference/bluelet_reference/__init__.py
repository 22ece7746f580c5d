"""The reference implementation of bluelet: the specification as a program to read.

`thread` says what a thread is, `events` what each event does, `scheduler` who runs when, `timers`
who sleeps until when, `errors` what a mistake is answered with. Names in the comments such as
``closing.callees-first`` are clauses of the specification, which a line is there to obey.
"""

from bluelet_reference.connecting import Listener, connect
from bluelet_reference.errors import DeadlockError, LineTooLongError, SocketClosedError
from bluelet_reference.events import Event, call, end, join, kill, null, sleep, spawn
from bluelet_reference.files import read, write
from bluelet_reference.scheduler import run
from bluelet_reference.server import server
from bluelet_reference.sockets import Connection
from bluelet_reference.waitable import WaitableEvent

__version__ = "0.1.0"

__all__ = [
    "Connection",
    "DeadlockError",
    "Event",
    "LineTooLongError",
    "Listener",
    "SocketClosedError",
    "WaitableEvent",
    "call",
    "connect",
    "end",
    "join",
    "kill",
    "null",
    "read",
    "run",
    "server",
    "sleep",
    "spawn",
    "write",
]
