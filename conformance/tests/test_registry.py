"""Registered ports, as their authors meet them: what their entry points do to a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from support import Run

PORT = """
import bluelet_reference as _reference
from bluelet_reference import *

__version__ = "7.1"

class Connection(_reference.Connection):
    def __init__(self, peer, *, stream):
        super().__init__(stream, peer)

def connect(host, port):
    made = yield _reference.connect(host, port)
    yield end(Connection(made.addr, stream=made.sock))

def connection_of(sock, addr):
    return Connection(addr, stream=sock)
"""
"""A port whose class differs, and which makes its own connections by that class."""

Register: TypeAlias = Callable[..., None]
"""Registers `theirs`, the module `port`, with its hook if one is given."""


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Return a function that writes the port, and registers it in the directory of the run."""

    def write(hook: str | None = None, *, hook_of: str = "theirs") -> None:
        (tmp_path / "port.py").write_text(PORT)
        installed = tmp_path / "their_bluelet-7.1.dist-info"
        installed.mkdir()
        metadata = "Metadata-Version: 2.1\nName: their-bluelet\nVersion: 7.1\n"
        (installed / "METADATA").write_text(metadata)
        entry_points = "[bluelet.implementations]\ntheirs = port\n"
        if hook is not None:
            entry_points += f"[bluelet.connections]\n{hook_of} = {hook}\n"
        (installed / "entry_points.txt").write_text(entry_points)

    return write


def verdicts(folder: Path) -> Counter[str]:
    """Return how often each verdict stands in the report of a run."""
    [found] = json.loads((folder / "out.json").read_text())["implementations"]
    return Counter(entry["verdict"] for entry in found["clauses"].values())


def test_a_connection_of_another_signature_is_judged_by_tcp_where_no_hook_is_registered(
    suite: Run, register: Register, tmp_path: Path
) -> None:
    register()
    done = suite("--impl=theirs", "--report=out.json", "recv")
    assert done.returncode == 0, done.stdout
    assert "recv.over-a-socket-pair not served" in done.stdout
    assert verdicts(tmp_path)["blocked"] == 1
    assert set(verdicts(tmp_path)) == {"pass", "blocked"}


def test_a_hook_makes_connections_for_a_port_whose_class_differs(
    suite: Run, register: Register, tmp_path: Path
) -> None:
    register("port:connection_of")
    done = suite("--impl=theirs", "--report=out.json", "recv", "send", "--strict")
    assert done.returncode == 0, done.stdout
    assert "theirs 7.1 (port of their-bluelet 7.1, connections by port:connection_of)" in (
        done.stdout
    )
    assert set(verdicts(tmp_path)) == {"pass"}


def test_a_hook_leaves_the_port_as_it_is(suite: Run, register: Register) -> None:
    register("port:connection_of")
    done = suite("--impl=theirs", "connect.gives-a-connection")
    assert done.returncode == 0, done.stdout


def test_a_port_is_listed_with_the_hook_that_is_its_own(suite: Run, register: Register) -> None:
    register("port:connection_of")
    listed = suite("--list-impls").stdout.splitlines()
    assert listed[1:] == [
        "theirs  (port of their-bluelet 7.1, connections by port:connection_of)",
    ]


def test_a_hook_of_a_name_that_nothing_has_is_not_used(suite: Run, register: Register) -> None:
    register("port:connection_of", hook_of="nosuch")
    listed = suite("--list-impls").stdout.splitlines()
    assert listed[1:] == ["theirs  (port of their-bluelet 7.1)"]


@pytest.mark.parametrize(
    ("hook", "wrong"),
    [
        ("nosuch:connection", "cannot be imported: ModuleNotFoundError: No module named 'nosuch'"),
        ("port:nosuch", "cannot be imported: AttributeError: module 'port' has no attribute"),
        ("port:__version__", "cannot be called, for it is a str"),
    ],
)
def test_a_bad_hook_is_answered_in_one_sentence(
    suite: Run, register: Register, hook: str, wrong: str
) -> None:
    register(hook)
    done = suite("--impl=theirs", "recv")
    assert done.returncode == 4
    [line] = [line for line in done.stderr.splitlines() if line]
    origin = f"theirs (port of their-bluelet 7.1, connections by {hook})"
    assert f"{origin} cannot be judged: its hook {hook} {wrong}" in line
