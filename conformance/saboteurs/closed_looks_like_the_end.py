"""Who waits on a connection as it is closed goes on with nothing, as if its peer had closed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import SocketClosedError, polling

BREAKS: dict[str, str] = {
    "close.wakes-receivers": "fail",
    "close.wakes-line-readers": "fail",
    "close.wakes-senders": "fail",
    "close.wakes-accepters": "fail",
    "close.number-used-again": "fail",
}

_finish = polling.Poller._finish


def _calm(
    poller: polling.Poller, watch: polling.Watch, value: object, error: Exception | None
) -> None:
    _finish(poller, watch, value, None if isinstance(error, SocketClosedError) else error)


polling.Poller._finish = _calm  # type: ignore[assignment, method-assign]
