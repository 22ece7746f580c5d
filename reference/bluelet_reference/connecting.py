"""How connections come about: a listener accepts them, and `connect` makes them.

The operations are like those of a connection, with a step that tries. Each of these events takes
more than one of them: `accept` tries again where the process is out of descriptors for now, and
`connect` resolves a name and goes through its addresses. So they are coroutines.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Generator
from contextlib import suppress
from functools import partial
from itertools import starmap
from typing import Any

from bluelet_reference.errors import describe
from bluelet_reference.events import Event, sleep
from bluelet_reference.polling import WRITE, Step
from bluelet_reference.racing import first_of, in_turns
from bluelet_reference.resolving import look_up, resolve
from bluelet_reference.sockets import Address, Connection, Endpoint, Operation

_BACKLOG = 1024
"""Connections that may wait to be accepted; the system may allow fewer."""

_OF_ONE_CONNECTION = {
    number
    for number, name in errno.errorcode.items()
    if name in {"ECONNABORTED", "ECONNRESET", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN"}
    or name in {"ENETUNREACH", "ENONET", "ENOPROTOOPT", "ENOSR", "EOPNOTSUPP", "ENOTSUP", "EPERM"}
    or name in {"EPROTO", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "ETIMEDOUT"}
}
"""What `accept` fails with for the sake of one connection, of the network, or of a firewall.

The next may be accepted, as accept(2) tells programs to try.
"""

_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
"""What `accept` fails with where the process or the system is out of something, for now."""

_MAPPED = "::ffff:"
"""How an address of IPv4 begins where it is told as one of IPv6."""

_PAUSE = 0.05
"""Seconds until `accept` tries again then."""

_accept = socket.socket.accept

_log = logging.getLogger(__name__)


class Listener(Endpoint):
    """A socket that waits for connections."""

    def __init__(self, host: str, port: int) -> None:
        """Bind to `host` and `port`, 0 for one that is free, and listen.

        A `host` of `""` is all addresses of the machine, those of IPv6 too where it has any.

        Raises:
            OSError: that is not possible.
            TypeError: `host` is not a string, or `port` not a number.
            ValueError: there can be no such port.
        """
        _expect_address(host, port)
        if host:
            sock = _listening(host, port)
        else:
            try:
                sock = _listening("::", port)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise
                sock = _listening("0.0.0.0", port)
        super().__init__(sock)
        self.host = host
        self.port: int = sock.getsockname()[1]
        """The port, the one that was found free if it was to be any."""

    def accept(self) -> Generator[Any, Any, Connection]:
        """Return the event that waits for a connection, and returns it.

        Where the process is out of descriptors, it waits until some are free. What is wrong with
        one connection is logged, and the next is waited for.

        Raises:
            SocketClosedError: the listener has been closed.
        """
        self.expect_open()
        return self._accept()

    def _accept(self) -> Generator[Any, Any, Connection]:
        told = False
        while True:
            try:
                connection: Connection = yield _Accept(self)
                return connection
            except OSError as error:
                is_of_one = error.errno in _OF_ONE_CONNECTION
                if is_of_one:
                    _log.warning("a connection failed before it was accepted: %s", error)
                elif error.errno not in _EXHAUSTED:
                    raise
                elif not told:
                    _log.warning("cannot accept a connection for now: %s", error)
                    told = True
            yield sleep(0 if is_of_one else _PAUSE)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; at `"::"` for both families, or it raises `OSError`."""
    family, kind, protocol, _, address = look_up(host, port, socket.AI_PASSIVE)[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if host == "::":
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(address)
        sock.listen(_BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def _plain(address: Address) -> Address:
    """Return a client's address; of IPv4 as such, though it came to an address of IPv6."""
    if len(address) == 4 and address[0].startswith(_MAPPED):
        return address[0].removeprefix(_MAPPED), address[1]
    return address


class _Accept(Operation):
    __slots__ = ()

    what = "for a connection"

    def begin(self) -> Step:
        return self.step

    def step(self) -> Connection:
        listening = self.owner.sock
        if socket.socket.accept is not _accept:  # A program's tests have one of their own.
            sock, address = listening.accept()
            return Connection(sock, _plain(address))
        taken: list[tuple[int, Address]] = []
        try:
            # So there is no moment at which an interrupt finds it in nobody's hands.
            taken.extend(starmap(listening._accept, ((),)))  # type: ignore[attr-defined]
            number, address = taken[0]
            sock = socket.socket(listening.family, listening.type, listening.proto, number)
        except BaseException:
            for number, _ in taken:
                with suppress(OSError):
                    os.close(number)
            raise
        return Connection(sock, _plain(address))


def connect(host: str, port: int) -> Generator[Any, Any, Connection]:
    """Return the event that connects to `host` and `port`, and returns the connection.

    Every address that the host has is tried, the next one beside those that have not answered yet
    (see `racing`). Neither that nor the resolution of the name holds up other threads.

    At the `yield`, `OSError` is raised if none can be connected to, `TypeError` if `host` is not a
    string or `port` not a number, and `ValueError` if there can be no such port.
    """
    _expect_address(host, port)
    addresses = in_turns((yield resolve(host, port)))
    if not addresses:
        raise OSError(f"{host!r} has no address")
    if len(addresses) > 1:
        return (yield from first_of(partial(_attempt, host, port, *each) for each in addresses))
    connection, connecting = _attempt(host, port, *addresses[0])
    try:
        yield connecting
    except BaseException:
        connection.close()
        raise
    return connection


def _attempt(
    host: str, port: int, family: int, kind: int, protocol: int, _: str, address: Address
) -> tuple[Connection, Event]:
    """Return a connection, and the event that connects it to `address`, of `host` and `port`."""
    connection = Connection(socket.socket(family, kind, protocol), (host, port))
    return connection, _Connect(connection, address)


class _Connect(Operation):
    __slots__ = ("address",)

    direction = WRITE
    what = "to be connected"

    def __init__(self, owner: Connection, address: Address) -> None:
        self.owner = owner
        self.address = address

    def begin(self) -> Step:
        sock, address = self.owner.sock, self.address
        began = False

        def step() -> None:
            nonlocal began
            if not began:
                began = True
                sock.connect(address)  # Raises BlockingIOError while it is under way.
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, f"cannot connect to {address}: {errno.errorcode.get(error)}")

        return step


def _expect_address(host: object, port: object) -> None:
    """Check that there can be such a host and port: the system would take others for them.

    As for the system, a port may also be a string, of digits or with the name of a service.

    Raises:
        TypeError: `host` or `port` is of another type (``connect.neither-host-nor-port``).
        ValueError: there is no such port (``connect.not-a-port``, ``listener.not-a-port``).
    """
    if not isinstance(host, str | bytes):
        raise TypeError(f"a host is given as a string, not {describe(host)}")
    if not isinstance(port, int | str) or port == "":
        raise TypeError(f"a port is given as a number, not {describe(port)}")
    try:
        number = int(port)
    except ValueError:  # The name of a service.
        return
    if not 0 <= number <= 65535:
        raise ValueError(f"a port is a number from 0 to 65535, not {number}")
