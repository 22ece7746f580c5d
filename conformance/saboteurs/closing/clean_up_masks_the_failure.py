"""What a thread raises while it is closed takes the place of the exception that ended the run.

So it does in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {
    "closing.failure-does-not-mask": "fail",
    "closing.failure-leaves-nobody-open": "fail",
    "closing.yielding-on-does-not-mask": "fail",
}


class _Masking(scheduler.Scheduler):
    def close_all(self) -> None:
        for thread in set(self._owner.values()):
            for error in self._close(thread):
                raise error


scheduler.Scheduler = _Masking  # type: ignore[misc]
