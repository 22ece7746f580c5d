"""Implementations and their names: the only way by which the suite reaches a bluelet.

A name is one of three things, tried in this order:

- registered, by an entry point in the group `bluelet.implementations` of an installed
  distribution; this is how ports and the reference are found alike;
- a path to a `.py` file;
- an import path, `package.module` or `package.module:attribute`.

A registered name can have a hook, by an entry point of that name in the group
`bluelet.connections`: a function that clauses get for `Connection(sock, addr)`, for a port that
makes connections of sockets in another way. The other two kinds of names have none.

To resolve a name imports nothing of the implementation. What an import may do (hang, exit, replace
half the standard library) it does in the processes where clauses are judged.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, packages_distributions, version
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from socket import socket
from typing import Any

from bluelet_conformance.judging.printable import in_a_line

GROUP = "bluelet.implementations"
"""The entry-point group in which implementations are registered."""

HOOKS = "bluelet.connections"
"""The entry-point group in which they have their hooks, by the same names."""

_VERSION_LENGTH = 60
"""How many characters of a version are shown."""

_IMPORT_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")


class UnknownImplementation(ValueError):
    """A name that stands for no implementation; the message says what names there are."""


class BadHook(Exception):
    """A hook that cannot be used; the message says why."""


@dataclass(frozen=True)
class Candidate:
    """An implementation that is to be judged, not yet imported.

    Its name and origin are shown, so what cannot be seen in them is written out.
    """

    name: str
    """The name it goes by on the command line and in reports."""
    origin: str
    """How it was found, for people: `module bluelet`."""
    target: str
    """What to import: `package.module`, `package.module:attribute`, or a file's path."""
    hook: str | None = None
    """What to import in place of its `Connection`: `package.module:function`."""

    def load(self) -> Any:
        """Import and return the implementation, with its hook in place.

        Raises:
            BadHook: the hook cannot be imported, or be called.
            Exception: whatever the import of the implementation raises.
        """
        if self.target.endswith(".py"):
            loaded = _load_file(Path(self.target))
        else:
            loaded = _load(self.target)
        return loaded if self.hook is None else _Hooked(loaded, _load_hook(self.hook))

    def version_of(self, loaded: Any) -> str:
        """Return the version of the imported implementation, or "unknown", in a short line."""
        declared = getattr(loaded, "__version__", None)
        if not isinstance(declared, str):
            package = self.target.partition(":")[0].partition(".")[0]
            distributions = packages_distributions().get(package, [])
            declared = version(distributions[0]) if distributions else ""
        return in_a_line(declared, _VERSION_LENGTH) or "unknown"


class _Hooked:
    """An implementation as it is, but for its `Connection`.

    To set that on the implementation itself would change what its own code finds there.
    """

    def __init__(self, implementation: Any, connection: Callable[[socket, Any], Any]) -> None:
        self._implementation = implementation
        self.Connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._implementation, name)


def registered() -> dict[str, Candidate]:
    """Return the registered implementations by name, in alphabetical order."""
    hooks = {entry.name: entry.value for entry in entry_points(group=HOOKS)}
    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    return {entry.name: _candidate(entry, hooks.get(entry.name)) for entry in found}


def resolve(names: list[str]) -> list[Candidate]:
    """Return what `names` stand for, each once; `all` stands for everything registered.

    Raises:
        UnknownImplementation: a name stands for nothing.
    """
    known = registered()
    candidates: dict[str, Candidate] = {}
    for name in names:
        for candidate in known.values() if name == "all" else [_resolve_one(name, known)]:
            candidates.setdefault(candidate.name, candidate)
    return list(candidates.values())


def _resolve_one(name: str, known: dict[str, Candidate]) -> Candidate:
    if name in known:
        return known[name]
    there_are = f"Registered: {', '.join(known) or 'none'}."
    if name.endswith(".py"):
        path = Path(name).resolve()
        if not path.is_file():
            raise UnknownImplementation(f"there is no file {name!r} to take for a bluelet.")
        return Candidate(in_a_line(name), in_a_line(f"file {name}"), str(path))
    top_level = name.partition(":")[0].partition(".")[0]
    if not _IMPORT_PATH.fullmatch(name) or not _can_be_imported(top_level):
        raise UnknownImplementation(
            f"no implementation is called {name!r}: nothing of that name is registered, and it is "
            f"neither a module that can be imported nor a path to a .py file. {there_are}"
        )
    return Candidate(in_a_line(name), in_a_line(f"module {name}"), name)


def _can_be_imported(top_level: str) -> bool:
    """Return whether there is a module or package of that name, without importing it."""
    sys.path.append(os.getcwd())
    try:
        return find_spec(top_level) is not None
    except (ImportError, ValueError):
        return False
    finally:
        sys.path.pop()


def _load(target: str) -> Any:
    """Import `package.module` or `package.module:attribute`, from the current directory too.

    Raises:
        Exception: whatever the import raises.
    """
    sys.path.append(os.getcwd())
    module, _, attribute = target.partition(":")
    loaded: Any = import_module(module)
    for part in filter(None, attribute.split(".")):
        loaded = getattr(loaded, part)
    return loaded


def _load_hook(target: str) -> Callable[[socket, Any], Any]:
    """Import a hook.

    Raises:
        BadHook: it cannot be imported, or be called.
    """
    try:
        hook: Callable[[socket, Any], Any] = _load(target)
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        raise BadHook(f"its hook {target} cannot be imported: {cause}") from error
    if not callable(hook):
        raise BadHook(f"its hook {target} cannot be called, for it is a {type(hook).__name__}")
    return hook


def _load_file(path: Path) -> Any:
    """Import a file under its own name, unless that is taken, with its siblings in reach."""
    sys.path.append(str(path.parent))
    name = path.stem if path.stem not in sys.modules else f"bluelet_{path.stem}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _candidate(entry: EntryPoint, hook: str | None) -> Candidate:
    if entry.dist is None:
        origin = f"entry point {entry.value}"
    else:
        origin = f"{entry.value} of {entry.dist.name} {entry.dist.version}"
    if hook is not None:
        origin += f", connections by {hook}"
    return Candidate(in_a_line(entry.name), in_a_line(origin), entry.value, hook)
