"""A thread that is killed while it waits in `accept` stays in the queue, and takes a connection."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {"listener.killed-in-accept": "hang"}


def _not_at_all(watch: Watch) -> None:
    pass


Watch.cancel = _not_at_all  # type: ignore[assignment, method-assign]
