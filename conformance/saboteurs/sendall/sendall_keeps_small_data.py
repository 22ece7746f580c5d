"""`sendall` collects small data, and sends them when there are enough."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "sendall.sends-everything": "fail",
    "close.what-was-sent-arrives": "fail",
}

_kept = bytearray()


class _SendAll(sockets._SendAll):
    perform = sockets.Operation.perform

    def begin(self) -> Step:
        _kept.extend(self.data)
        self.data = memoryview(b"")
        if len(_kept) > 4096:
            self.data = memoryview(bytes(_kept))
            _kept.clear()
        return super().begin()


sockets._SendAll = _SendAll  # type: ignore[misc]
