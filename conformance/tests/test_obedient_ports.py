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
