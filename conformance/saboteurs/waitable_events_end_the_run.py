"""What `fire` raises ends the run, whoever catches it.

So it does in bluelet 0.2.0, for all but the system's own errors.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {
    "waitable.failing-fire": "fail",
    "waitable.failing-fire-spares-others": "fail",
}

_finish = polling.Poller._finish


def _raise(self: polling.Poller, watch: Watch, value: object, error: Exception | None) -> None:
    if isinstance(error, LookupError):
        raise error
    _finish(self, watch, value, error)


polling.Poller._finish = _raise  # type: ignore[method-assign]
