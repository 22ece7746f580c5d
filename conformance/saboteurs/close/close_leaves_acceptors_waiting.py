"""Who waits in `accept` is not told when the listener is closed."""

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"close.wakes-accepters": "hang"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that goes without a word."""

    def close(self) -> None:
        """Listen no longer."""
        self.sock.close()
