"""Ports that obey every sentence in a way of their own fail no clause about servers and files."""

from pathlib import Path

import pytest
from bluelet_spec import clauses
from support import Port, attempt

CHAPTERS = ("interrupts", "server", "files", "waitable")

PORTS = {
    "recv gives one byte at a time": """\
from bluelet_reference import sockets
_recv = sockets.Connection.recv
sockets.Connection.recv = lambda self, bufsize: _recv(self, min(bufsize, 1))
""",
    "it idles for two milliseconds at a time": """\
from time import monotonic
from bluelet_reference.polling import Poller
_select = Poller.select
def _select_shortly(self, timeout):
    end = None if timeout is None else monotonic() + timeout
    while True:
        left = 1 if end is None else max(0, end - monotonic())
        ready = _select(self, min(left, 0.002))
        if ready or (end is not None and monotonic() >= end):
            return ready
Poller.select = _select_shortly
""",
    "errors are the port's own": """\
import bluelet_reference
class Gone(OSError): pass
def write(fd, data):
    writing = bluelet_reference.write(fd, data)
    def attempt():
        try:
            return (yield from writing)
        except OSError as error:
            raise Gone(str(error)) from error
    return attempt()
""",
    "an interrupt is raised anew": """\
import bluelet_reference
def run(root):
    try:
        bluelet_reference.run(root)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted") from None
""",
}

INTERRUPTED = """\
def server(host, port, handler_coro):
    listener = Listener(host, port)
    def serve(connection):
        yield handler_coro(connection)
        connection.close()
    try:
        while True:
            yield spawn(serve((yield listener.accept())))
    finally:
        listener.close()
"""
"""An exception in a handler leaves its connection open."""


@pytest.mark.parametrize("way", PORTS)
def test_a_port_with_ways_of_its_own_fails_nothing(port: Port, tmp_path: Path, way: str) -> None:
    port(PORTS[way])
    concerned = [id for id, clause in clauses().items() if clause.chapter in CHAPTERS]

    judgements = {id: attempt(id, tmp_path / "port.py") for id in concerned}

    assert {id: each.detail for id, each in judgements.items() if each.verdict != "pass"} == {}


def test_a_server_that_an_interrupt_leaves_open_serves_all_the_same(
    port: Port, tmp_path: Path
) -> None:
    port(INTERRUPTED)

    assert attempt("server.serves", tmp_path / "port.py").verdict == "pass"
    assert attempt("server.interrupt-in-a-handler", tmp_path / "port.py").verdict != "pass"
