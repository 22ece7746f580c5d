"""Ports that obey every sentence in a way of their own fail no clause about connections."""

from pathlib import Path

import pytest
from bluelet_spec import clauses
from support import Port, attempt

CHAPTERS = ("recv", "readline", "send", "sendall")

PORTS = {
    "recv gives one byte at a time": """\
from bluelet_reference import sockets
_recv = sockets.Connection.recv
def _one_byte(self, bufsize):
    is_more = isinstance(bufsize, int) and bufsize > 1
    return _recv(self, 1 if is_more else bufsize)
sockets.Connection.recv = _one_byte
""",
    "connections are of TCP only": """\
import socket
from bluelet_reference import sockets
_init = sockets.Connection.__init__
def _of_tcp(self, sock, addr):
    sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        raise ValueError("not TCP")
    _init(self, sock, addr)
sockets.Connection.__init__ = _of_tcp
""",
    "connections are made of other things": """\
def Connection(reactor, sock, addr):
    raise AssertionError("nobody has a reactor here")
""",
    "connections have no close": """\
from bluelet_reference import sockets
class _Open(sockets.Connection):
    def __getattribute__(self, name):
        if name == "close":
            raise AttributeError(name)
        return super().__getattribute__(name)
Connection = _Open
""",
    "errors are the port's own": """\
from bluelet_reference import connect as _connect
class CannotConnect(OSError): pass
def connect(host, port):
    try:
        return (yield from _connect(host, port))
    except OSError as error:
        raise CannotConnect(f"{host}: {error}") from error
""",
    "a turn is hundreds of events": """\
from bluelet_reference import scheduler
scheduler.TURN, scheduler.ROUND, scheduler.FEW = 400, 1, 1
""",
    "a str is a delimiter, too": """\
from bluelet_reference import sockets
_readline = sockets.Connection.readline
def _of_text(self, delim=b"\\n", **more):
    return _readline(self, delim.encode() if isinstance(delim, str) else delim, **more)
sockets.Connection.readline = _of_text
""",
}


@pytest.mark.parametrize("way", PORTS)
def test_a_port_with_ways_of_its_own_fails_nothing(port: Port, tmp_path: Path, way: str) -> None:
    port(PORTS[way])
    about_connections = [id for id, clause in clauses().items() if clause.chapter in CHAPTERS]

    judgements = {id: attempt(id, tmp_path / "port.py") for id in about_connections}

    failing = {id: each for id, each in judgements.items() if each.verdict != "pass"}
    assert {id: each.detail for id, each in failing.items() if not each.hindrance} == {}


RAISES_LATER = """\
from bluelet_reference import scheduler
from bluelet_reference.errors import DISCONNECTS
class _Later(scheduler.Scheduler):
    _first = None
    def _raise(self, thread, coro, error):
        is_uncaught = len(thread.stack) == 1 and thread is not self._root
        if is_uncaught and isinstance(error, DISCONNECTS):
            self._first = self._first or error
        return super()._raise(thread, coro, error)
    def loop(self):
        super().loop()
        if self._first is not None:
            raise self._first
scheduler.Scheduler = _Later
"""
"""What nobody has caught of a disconnect, `run` raises when all threads have finished."""

HANGS = """\
import bluelet_reference as _reference
def _never(*arguments, **named): return _reference.sleep(3600)
class Connection(_reference.Connection):
    recv = readline = _never
join = connect = read = write = _never
"""
"""Who waits for a socket, a file or another thread never goes on."""


@pytest.mark.parametrize(
    ("text", "clause", "verdict"),
    [
        (RAISES_LATER, "send.disconnect-spares-others", "pass"),
        (RAISES_LATER, "recv.reset-spares-others", "pass"),
        (RAISES_LATER, "send.disconnect-ends-its-thread", "fail"),
        (HANGS, "join.waits", "hang"),
        (HANGS, "recv.up-to-size", "hang"),
        (HANGS, "sleep.never-early", "pass"),
    ],
)
def test_a_port_fails_what_it_breaks_alone(
    port: Port, tmp_path: Path, text: str, clause: str, verdict: str
) -> None:
    port(text)

    judgement = attempt(clause, tmp_path / "port.py")

    assert judgement.verdict == verdict, judgement.detail
