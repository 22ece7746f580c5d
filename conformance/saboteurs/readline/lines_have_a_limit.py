"""`readline` gives up on lines of more than 64 kB."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "readline.very-long": "fail",
}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step, received = super().begin(), self.owner.received

        def short_line() -> bytes:
            if len(received) > 65536:
                raise ValueError("this line is too long")
            line: bytes = step()
            return line

        return short_line


sockets._ReadLine = _ReadLine  # type: ignore[misc]
