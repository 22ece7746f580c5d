"""`fire` is called again and again as long as it raises `BlockingIOError`."""

from functools import partialmethod

from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {
    "waitable.taken-by-another-thread": "fail",
    "waitable.fire-that-would-block": "spin",
}


Poller.wait = partialmethod(Poller.wait, may_try=True)  # type: ignore[assignment, method-assign]
