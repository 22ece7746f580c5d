"""Each time that a piece of a line has come, all that has come is copied and searched through.

So it is in bluelet 0.2.0, and there the pieces are smaller still.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {"readline.in-linear-time": "spin"}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        owner, delim = self.owner, self.delim

        def step() -> bytes:
            while delim not in owner.received:
                data = owner.receive(4096)
                if not data:
                    return take(len(owner.received))
                owner.received = owner.received + data
            return take(owner.received.index(delim) + len(delim))

        def take(size: int) -> bytes:
            line, owner.received = bytes(owner.received[:size]), owner.received[size:]
            return line

        return step


sockets._ReadLine = _ReadLine  # type: ignore[misc]
