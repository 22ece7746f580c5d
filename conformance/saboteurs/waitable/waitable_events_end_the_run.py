"""What `fire` raises ends the run, whoever catches it.

So it does in bluelet 0.2.0, for all but the system's own errors.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {
    "waitable.failing-fire": "fail",
    "waitable.failing-fire-spares-others": "fail",
}

_resume = Watch.resume


def _resume_or_raise(watch: Watch) -> bool:
    goes_on = _resume(watch)
    if isinstance(watch.thread.error, LookupError):
        raise watch.thread.take_error()
    return goes_on


Watch.resume = _resume_or_raise  # type: ignore[assignment, method-assign]
