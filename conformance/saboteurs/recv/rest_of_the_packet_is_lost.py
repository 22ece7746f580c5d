"""`readline` drops what has come with its line, beyond it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "readline.several-at-once": "fail",
    "readline.empty-lines": "fail",
    "recv.buffered-first": "fail",
    "readline.mixed-with-recv": "fail",
}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step, received = super().begin(), self.owner.received

        def only_line() -> bytes:
            line: bytes = step()
            received.clear()
            return line

        return only_line


sockets._ReadLine = _ReadLine  # type: ignore[misc]
