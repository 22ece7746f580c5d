"""To close a listener that has been closed raises."""

import bluelet_reference
from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"listener.close-twice": "fail"}


class Listener(bluelet_reference.Listener):  # type: ignore[no-redef]
    """A listener that is particular."""

    def close(self) -> None:
        """Listen no longer."""
        self.open_sock()
        super().close()
