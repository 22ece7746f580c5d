"""Where receiving fails, the scheduler is the one that raises."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Watch

BREAKS: dict[str, str] = {
    "recv.reset-wakes-every-reader": "fail",
    "recv.reset-raises": "fail",
    "recv.reset-spares-others": "fail",
    "recv.uncaught-reset": "fail",
    "readline.reset-raises": "fail",
}

_resume = Watch.resume


def _resume_or_raise(watch: Watch) -> bool:
    goes_on = _resume(watch)
    if watch.thread.error is not None and watch._what.startswith("to receive"):
        raise watch.thread.take_error()
    return goes_on


Watch.resume = _resume_or_raise  # type: ignore[assignment, method-assign]
