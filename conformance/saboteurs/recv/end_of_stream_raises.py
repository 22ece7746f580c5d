"""At the end of the stream `recv` and `readline` raise `EOFError`."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "recv.end-of-stream": "fail",
    "recv.half-closed": "fail",
    "readline.end-of-stream": "fail",
    "readline.end-of-stream-within-a-line": "fail",
}


def _or_raise(data: bytes) -> bytes:
    if not data:
        raise EOFError
    return data


class _Receive(sockets._Receive):
    def step(self) -> bytes:
        data = super().step()
        return _or_raise(data) if self.bufsize else data


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step = super().begin()
        return lambda: _or_raise(step())


sockets._Receive = _Receive  # type: ignore[misc]
sockets._ReadLine = _ReadLine  # type: ignore[misc]
