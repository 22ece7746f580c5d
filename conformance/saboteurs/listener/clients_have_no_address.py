"""A connection that has been accepted does not know whose it is."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {"listener.address-of-the-client": "fail"}

_step = connecting._Accept.step


def _step_without(operation: connecting._Accept) -> Connection:
    connection = _step(operation)
    connection.addr = None
    return connection


connecting._Accept.step = _step_without  # type: ignore[assignment, method-assign]
