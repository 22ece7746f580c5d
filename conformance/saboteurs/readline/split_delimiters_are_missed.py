"""`readline` looks for its delimiter in what has just come, and not across two packets."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {"readline.any-delimiters": "fail"}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        received, receive, delim = self.owner.received, self.owner.receive, self.delim
        searched = 0

        def step() -> bytes:
            nonlocal searched
            while (at := received.find(delim, searched)) < 0:
                searched = len(received)
                data = receive(65536)
                if not data:
                    break
                received.extend(data)
            size = len(received) if at < 0 else at + len(delim)
            line = bytes(received[:size])
            del received[:size]
            return line

        return step


sockets._ReadLine = _ReadLine  # type: ignore[misc]
