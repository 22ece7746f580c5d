"""Implementations and their names: the only way by which the suite reaches a bluelet.

A name is one of three things, tried in this order:

- registered, by an entry point in the group `bluelet.implementations` of an installed
  distribution; this is how ports and the reference are found alike;
- a path to a `.py` file;
- an import path, `package.module` or `package.module:attribute`.

To resolve a name imports nothing of the implementation. What an import may do (hang, exit, replace
half the standard library) it does in the processes where clauses are judged.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, packages_distributions, version
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

GROUP = "bluelet.implementations"
"""The entry-point group in which implementations are registered."""

_IMPORT_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")


class UnknownImplementation(ValueError):
    """A name that stands for no implementation; the message says what names there are."""


@dataclass(frozen=True)
class Candidate:
    """An implementation that is to be judged, not yet imported."""

    name: str
    """The name it goes by on the command line and in reports."""
    origin: str
    """How it was found, for people: `module bluelet`."""
    target: str
    """What to import: `package.module`, `package.module:attribute`, or a file's path."""

    def load(self) -> Any:
        """Import and return the implementation.

        Raises:
            Exception: whatever the import raises.
        """
        if self.target.endswith(".py"):
            return _load_file(Path(self.target))
        sys.path.append(os.getcwd())
        module, _, attribute = self.target.partition(":")
        loaded: Any = import_module(module)
        for part in filter(None, attribute.split(".")):
            loaded = getattr(loaded, part)
        return loaded

    def version_of(self, loaded: Any) -> str:
        """Return the version of the imported implementation, or "unknown"."""
        declared = getattr(loaded, "__version__", None)
        if isinstance(declared, str):
            return declared
        package = self.target.partition(":")[0].partition(".")[0]
        distributions = packages_distributions().get(package, [])
        return version(distributions[0]) if distributions else "unknown"


def registered() -> dict[str, Candidate]:
    """Return the registered implementations by name, in alphabetical order."""
    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    return {entry.name: Candidate(entry.name, _origin(entry), entry.value) for entry in found}


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
        return Candidate(name, f"file {name}", str(path))
    top_level = name.partition(":")[0].partition(".")[0]
    if not _IMPORT_PATH.fullmatch(name) or not _can_be_imported(top_level):
        raise UnknownImplementation(
            f"no implementation is called {name!r}: nothing of that name is registered, and it is "
            f"neither a module that can be imported nor a path to a .py file. {there_are}"
        )
    return Candidate(name, f"module {name}", name)


def _can_be_imported(top_level: str) -> bool:
    """Return whether there is a module or package of that name, without importing it."""
    sys.path.append(os.getcwd())
    try:
        return find_spec(top_level) is not None
    except (ImportError, ValueError):
        return False
    finally:
        sys.path.pop()


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


def _origin(entry: EntryPoint) -> str:
    if entry.dist is None:
        return f"entry point {entry.value}"
    return f"{entry.value} of {entry.dist.name} {entry.dist.version}"
