"""Where receiving fails, `recv` and `readline` return None.

So they do, to a caller, in all known implementations.
"""

from collections.abc import Callable
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "recv.reset-raises": "fail",
    "recv.reset-raises-through-calls": "fail",
    "recv.uncaught-reset": "fail",
    "readline.never-none": "fail",
    "readline.reset-raises": "fail",
}


def _quiet(step: Callable[[], Any]) -> Step:
    def quiet_step() -> Any:
        try:
            return step()
        except BlockingIOError:
            raise
        except OSError:
            return None

    return quiet_step


class _Receive(sockets._Receive):
    def begin(self) -> Step:
        return _quiet(super().begin())


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        return _quiet(super().begin())


sockets._Receive = _Receive  # type: ignore[misc]
sockets._ReadLine = _ReadLine  # type: ignore[misc]
