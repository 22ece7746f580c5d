"""A thread that waits for a connection holds up all others."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {
    "listener.accept-suspends-only-its-thread": "hang",
    "listener.each-connection-to-one-thread": "hang",
    "listener.false-alarm": "hang",
    "listener.killed-in-accept": "hang",
    "listener.killed-as-a-connection-comes": "hang",
    "listener.nulls-starve-no-accepter": "hang",
    "server.serves": "hang",
    "server.beside-other-threads": "hang",
}


def _step(operation: connecting._Accept) -> Connection:
    operation.owner.sock.setblocking(True)
    return Connection(*operation.owner.sock.accept())


connecting._Accept.step = _step  # type: ignore[assignment, method-assign]
