"""A line that is too long is dropped."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {"extensions.line-limit": "fail"}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step = super().begin()

        def drop() -> bytes:
            try:
                line: bytes = step()
            except ValueError:
                self.owner.received.clear()
                raise
            return line

        return drop


sockets._ReadLine = _ReadLine  # type: ignore[misc]
