"""A server: a listener, and a thread for every connection.

What goes wrong with one connection is that connection's affair (ruling of the chapter on `server`):
an exception that its handler does not catch is logged, the connection closed, and the server goes
on. A peer that disconnects is told at the level INFO, by whatever error the system says so: that a
peer has gone without a word, for one, is found out by waiting for its answer in vain. So is it told
where the program itself has closed the connection under its handler.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Generator
from typing import Any

import bluelet_reference
from bluelet_reference.errors import DISCONNECTS, SocketClosedError, is_of_an_operation
from bluelet_reference.events import spawn
from bluelet_reference.sockets import Connection, expect_limit

_GONE = {
    errno.ECONNABORTED,
    errno.ECONNRESET,
    errno.EHOSTUNREACH,
    errno.ENETRESET,
    errno.ENETUNREACH,
    errno.ENOTCONN,
    errno.EPIPE,
    errno.ESHUTDOWN,
    errno.ETIMEDOUT,
}
"""What an operation on a connection fails with where there is no peer any longer."""

_log = logging.getLogger(__name__)


def server(
    host: str,
    port: int,
    handler_coro: Callable[[Connection], Any],
    *,
    limit: int | None = None,
) -> Generator[Any, Any, None]:
    """Listen on `host` and `port`; run `handler_coro(connection)` for each connection, for ever.

    A connection is closed when its handler has ended, in whatever way. The listener is closed when
    the server is killed, or the run ends. At the `yield`, what `Listener` raises is raised.

    A line of more than `limit` bytes, where that is given, raises `LineTooLongError` in a handler
    that reads one. Without it, a client may send a line that takes all the memory there is.
    """
    if limit is not None:
        expect_limit(limit)
    # By its public name, as in the originals: a program's tests may have another there.
    listener = bluelet_reference.Listener(host, port)
    try:
        while True:
            connection = yield listener.accept()
            connection.limit = limit
            serving = _serve(connection, handler_coro)
            next(serving)
            yield spawn(serving)
    finally:
        listener.close()


def _serve(
    connection: Connection, handler_coro: Callable[[Connection], Any]
) -> Generator[Any, Any, None]:
    try:
        yield  # The server has it begin, so that its `finally` runs however early the run ends.
        yield handler_coro(connection)
    except Exception as error:
        if _is_disconnect(error):
            _log.info("a peer has gone, and its handler has ended: %r", error)
        elif isinstance(error, SocketClosedError) and connection.sock.fileno() < 0:
            _log.info("a connection was closed, and its handler has ended")
        else:
            _log.exception("a handler failed; its connection is closed")
    finally:
        connection.close()


def _is_disconnect(error: Exception) -> bool:
    """Return whether an error says that a peer has gone, and not that a program is wrong."""
    has_gone = isinstance(error, DISCONNECTS) or (
        isinstance(error, OSError) and error.errno in _GONE
    )
    return has_gone and is_of_an_operation(error)
