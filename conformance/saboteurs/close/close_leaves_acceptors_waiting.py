"""Who waits in `accept` is not told when the listener is closed."""

import bluelet_reference
from bluelet_reference import *  # noqa: F403
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {"close.wakes-accepters": "hang"}


Poller.forget_closed = lambda self: None  # type: ignore[method-assign]


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that goes without a word."""

    def close(self) -> None:
        """Listen no longer."""
        self.sock.close()
