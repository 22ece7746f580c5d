"""An interrupt that comes while all threads wait drops all but the root, without closing them.

So it does in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"interrupts.drop-nobody": "fail"}


class _Dropping(scheduler.Scheduler):
    def _idle(self) -> None:
        super()._idle()
        if self._root.error is not None:
            self._owner = dict.fromkeys(self._root.stack, self._root)
            self._joiners.clear()


scheduler.Scheduler = _Dropping  # type: ignore[misc]
