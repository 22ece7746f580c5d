"""A server: a listener, and a thread for every connection.

What goes wrong with one connection is that connection's affair (ruling of the chapter on `server`):
an exception that its handler does not catch is logged, the connection closed, and the server goes
on. A peer that disconnects is nothing to log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any

from bluelet_reference.errors import DISCONNECTS
from bluelet_reference.events import spawn
from bluelet_reference.sockets import Connection, Listener

_log = logging.getLogger(__name__)


def server(
    host: str, port: int, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    """Listen on `host` and `port`; run `handler_coro(connection)` for each connection, for ever.

    A connection is closed when its handler has ended, in whatever way. The listener is closed when
    the server is killed, or the run ends.
    """
    listener = Listener(host, port)
    try:
        while True:
            connection = yield listener.accept()
            yield spawn(_serve(connection, handler_coro))
    finally:
        listener.close()


def _serve(
    connection: Connection, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    try:
        yield handler_coro(connection)
    except DISCONNECTS:
        pass
    except Exception:
        _log.exception("a handler failed; its connection is closed")
    finally:
        connection.close()
