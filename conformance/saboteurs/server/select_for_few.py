"""Readiness is found by `select`, which knows 1024 descriptors.

So it is in bluelet 0.2.0.
"""

import select
import selectors

from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {
    "server.many-descriptors": "fail",
    "waitable.urgent": "fail",
}

del select.epoll
selectors.DefaultSelector = selectors.SelectSelector  # type: ignore[assignment, misc]
