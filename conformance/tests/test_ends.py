"""Ports that obey the sentences on connections and listeners in ways of their own."""

from pathlib import Path

import pytest
from bluelet_spec import clauses
from support import Port, attempt

EPOLL_BEFORE = """
import select
import bluelet_reference
def run(root):
    with select.epoll():
        return bluelet_reference.run(root)
"""
"""A descriptor that is no socket is open during the run."""

SPARE = """
import os
import bluelet_reference
class Listener(bluelet_reference.Listener):
    def __init__(self, host, port):
        super().__init__(host, port)
        self.spare = self.sock.dup()
    def close(self):
        self.spare.close()
        super().close()
"""
"""A listener has its socket twice."""

PASSES_OVER = """
import socket
from bluelet_reference import connecting
_accept = connecting._Accept.step
def _step(self):
    made = _accept(self)
    try:
        is_gone = not made.sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        is_gone = False
    if is_gone:
        made.close()
        raise BlockingIOError
    return made
connecting._Accept.step = _step
"""
"""A client that has gone before it was accepted is passed over."""

REFUSES = """
from bluelet_reference import sockets
_close = sockets.Endpoint.close
def _refuse(self):
    if self.channel is not None and any(self.channel.queues.values()):
        raise RuntimeError("a thread waits on it")
    _close(self)
sockets.Endpoint.close = _refuse
"""
"""What is waited on is not closed, and whoever would close it is told."""


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (EPOLL_BEFORE, "listener.false-alarm"),
        (SPARE, "listener.false-alarm"),
        (PASSES_OVER, "listener.false-alarm"),
        (PASSES_OVER, "listener.accept-suspends-only-its-thread"),
        (PASSES_OVER, "listener.each-connection-to-one-thread"),
        *((REFUSES, each) for each in clauses() if each.startswith("close.") and "-others" in each),
    ],
)
def test_what_obeys_a_sentence_passes(port: Port, tmp_path: Path, text: str, clause: str) -> None:
    port(text)

    judgement = attempt(clause, tmp_path / "port.py")

    assert judgement.verdict == "pass", judgement.detail


def test_a_close_that_is_refused_wakes_nobody(port: Port, tmp_path: Path) -> None:
    port(REFUSES)

    assert attempt("close.wakes-receivers", tmp_path / "port.py").verdict != "pass"
