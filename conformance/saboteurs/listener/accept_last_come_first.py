"""A listener takes all connections that wait, and gives the last one first."""

import weakref

from bluelet_reference import *  # noqa: F403
from bluelet_reference import Connection, connecting

BREAKS: dict[str, str] = {"listener.in-order": "fail"}

_step = connecting._Accept.step
_taken: weakref.WeakKeyDictionary[object, list[Connection]] = weakref.WeakKeyDictionary()


def _step_for_the_last(operation: connecting._Accept) -> Connection:
    taken = _taken.setdefault(operation.owner, [])
    try:
        while True:
            taken.append(_step(operation))
    except BlockingIOError:
        if not taken:
            raise
    return taken.pop()


connecting._Accept.step = _step_for_the_last  # type: ignore[assignment, method-assign]
