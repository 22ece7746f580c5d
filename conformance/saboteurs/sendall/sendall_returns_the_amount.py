"""`sendall` returns how much it has sent, as `send` does."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {"sendall.returns-none": "fail"}


class _SendAll(sockets._SendAll):
    perform = sockets.Operation.perform

    def begin(self) -> Step:
        step = super().begin()

        def talkative() -> int:
            step()
            return len(self.data)

        return talkative


sockets._SendAll = _SendAll  # type: ignore[misc]
