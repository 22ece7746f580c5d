"""`send` sends a part, and says that it has sent everything."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {"send.sends-a-part": "hang"}


class _Send(sockets._Send):
    def begin(self) -> Step:
        step = super().begin()

        def boastful() -> int:
            step()
            return len(self.data)

        return boastful


sockets._Send = _Send  # type: ignore[misc]
