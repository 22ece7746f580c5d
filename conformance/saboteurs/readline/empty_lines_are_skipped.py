"""`readline` passes over empty lines."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "readline.empty-lines": "fail",
    "readline.mixed-with-recv": "fail",
}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step, delim = super().begin(), self.delim

        def next_line() -> bytes:
            line: bytes = delim
            while line == delim:
                line = step()
            return line

        return next_line


sockets._ReadLine = _ReadLine  # type: ignore[misc]
