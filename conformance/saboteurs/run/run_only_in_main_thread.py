"""`run` works only in the process's main thread.

So it is where `run` installs signal handlers or a wake-up descriptor.
"""

import signal

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"run.in-several-os-threads": "fail"}


class _Signalled(scheduler.Scheduler):
    def loop(self) -> None:
        signal.set_wakeup_fd(-1)
        super().loop()


scheduler.Scheduler = _Signalled  # type: ignore[misc]
