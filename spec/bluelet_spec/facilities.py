"""What a clause's program uses of the machine, besides a process to run in.

A program that cannot connect proves nothing of a bluelet on a machine without a loopback. So it is
known without running a program which *facilities* it uses: they follow from its text, and from that
of all functions that it calls, in its chapter and in the modules that chapters share. A new clause
is not asked to declare anything. It has only to get its addresses, sockets and files by the means
below, by which all the others get them.

A clause uses what those use that it presupposes: where they cannot be judged, it cannot either.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from bluelet_spec import with_presupposed
from bluelet_spec.clause import Clause, statements
from bluelet_spec.surroundings import defines


class Facility(StrEnum):
    """Something that most machines have, and some have not; in the order in which to tell it."""

    SOCKET_PAIRS = "pairs of connected sockets"
    LOOPBACK = "an IPv4 loopback"
    LOCALHOST = "the name localhost for its IPv4 loopback"
    IPV6 = "an IPv6 loopback"
    TEMPORARY_FILES = "room for temporary files"
    ALARMS = "a timer that sends signals"
    LIMITS = "a limit on a process's descriptors"
    CROWDS = "descriptors for a crowd of clients"
    MUCH_MEMORY = "memory for a clause with much data"


_SIGNS = {
    "socket.socketpair": Facility.SOCKET_PAIRS,
    "socket.create_connection": Facility.LOOPBACK,
    "socket.create_server": Facility.LOOPBACK,
    "bluelet.Listener": Facility.LOOPBACK,
    "bluelet.server": Facility.LOOPBACK,
    "'127.0.0.1'": Facility.LOOPBACK,
    "'localhost'": Facility.LOCALHOST,
    "'::1'": Facility.IPV6,
    "socket.AF_INET6": Facility.IPV6,
    "tempfile.TemporaryFile": Facility.TEMPORARY_FILES,
    "signal.setitimer": Facility.ALARMS,
    "resource.setrlimit": Facility.LIMITS,
    "resource.getrusage": Facility.LIMITS,
    "crowd": Facility.CROWDS,
}
"""What a piece of a program's text says that the program uses."""

_MUCH = 10_000_000
"""A program that has a number of this size has so many bytes."""


def facilities(clause: Clause, lacks: frozenset[str] = frozenset()) -> frozenset[Facility]:
    """Return what `clause` uses, and what those use that it presupposes.

    `lacks` has names that the implementation does not have: where there is no `Connection`,
    connections are made over the loopback. What else it may refuse sockets for is not known here.
    """
    has_connections = "Connection" not in lacks
    checks = [one.check for one in with_presupposed(clause)]
    found = (_signs(each.__module__, each.__name__, has_connections) for each in checks)
    return frozenset().union(*found)


@cache
def _signs(module: str, name: str, has_connections: bool) -> frozenset[Facility]:
    """Return what a function at the top of a module uses, and all that it stands on."""
    signs: set[Facility] = set()
    visited: set[tuple[str, str]] = set()
    ahead = [(module, name)]
    while ahead:
        if (here := ahead.pop()) in visited:
            continue
        visited.add(here)
        module, name = here
        statement = _tops(module).get(name)
        if isinstance(statement, ast.ImportFrom) and statement.module in _OURS:
            [origin] = [each.name for each in statement.names if (each.asname or each.name) == name]
            ahead.append((statement.module, origin))
        elif statement is not None and not isinstance(statement, ast.Import | ast.ImportFrom):
            for node in _nodes(statement, has_connections):
                signs |= _sign(node)
                if isinstance(node, ast.Name):
                    ahead.append((module, node.id))
    return frozenset(signs)


_OURS = ("bluelet_spec.wire", "bluelet_spec.probe")
"""The modules that chapters share."""


@cache
def _tops(module: str) -> dict[str, ast.stmt]:
    """Return the statements at the top of a module by the names that they give a meaning."""
    path = Path(str(sys.modules[module].__file__))
    return {name: statement for statement in statements(path) for name in defines(statement)}


def _nodes(node: ast.AST, has_connections: bool) -> Iterator[ast.AST]:
    """Yield what `node` consists of, without what runs for other implementations only."""
    match node:
        case ast.If(test) if has_connections and _is_for_want_of_a_connection(test):
            parts: list[ast.AST] = [*node.orelse]
        case ast.If(test) if not has_connections and ast.unparse(test) == _HAS_CONNECTIONS:
            parts = [*node.orelse]
        case _:
            yield node
            parts = list(ast.iter_child_nodes(node))
    for part in parts:
        yield from _nodes(part, has_connections)


_HAS_CONNECTIONS = "hasattr(bluelet, 'Connection')"
"""How a program asks whether connections may be made of sockets (`wire.connected`)."""


def _is_for_want_of_a_connection(test: ast.expr) -> bool:
    """Return whether a test asks if connections could not be made of sockets (`wire.made_of`)."""
    first = test.values[0] if isinstance(test, ast.BoolOp) else test
    match first:
        case ast.Compare(ast.Name("connection" | "one"), [ast.Is()], [ast.Constant(None)]):
            return True
    return False


def _sign(node: ast.AST) -> set[Facility]:
    match node:
        case ast.Constant(int(number)) if number >= _MUCH:
            return {Facility.MUCH_MEMORY}
        case ast.Constant(str(text)):
            piece = repr(text)
        case ast.Attribute(ast.Name(whose), name):
            piece = f"{whose}.{name}"
        case ast.Name(name):
            piece = name
        case _:
            return set()
    return {_SIGNS[piece]} if piece in _SIGNS else set()
