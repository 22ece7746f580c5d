"""A connection is given to all the threads that wait for one."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {
    "listener.each-connection-to-one-thread": "fail",
}

_resume = Watch.resume


def _resume_all(watch: Watch) -> bool:
    others = [other for channel, way in watch._places for other in channel.queues[way][1:]]
    goes_on = _resume(watch)
    connection = watch.thread.value
    if goes_on and isinstance(connection, Connection):
        for other in others:
            other.thread.value = Connection(connection.sock.dup(), "again")
            watch._poller._rouse(other.thread)
    return goes_on


Watch.resume = _resume_all  # type: ignore[assignment, method-assign]
