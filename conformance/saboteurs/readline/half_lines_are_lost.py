"""What comes after the last delimiter is dropped at the end of the stream."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "readline.end-of-stream-within-a-line": "fail",
    "readline.mixed-with-recv": "fail",
}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step, delim = super().begin(), self.delim

        def whole_line() -> bytes:
            line: bytes = step()
            return line if line.endswith(delim) else b""

        return whole_line


sockets._ReadLine = _ReadLine  # type: ignore[misc]
