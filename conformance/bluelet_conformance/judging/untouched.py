"""What an import has changed of the process in which it was done, beside adding modules.

An implementation is imported once, and each clause gets a fork of that process. This is the same as
an import for each clause only if a fork has all that the import has made. A fork has no threads but
one, and other children; it shares descriptors with all other forks; and the server that forks it
relies on its signals and on the standard library being as they were. So the process is compared
with what it was before, and where it is another the import is done anew for each clause.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, TypeAlias

from bluelet_conformance.judging import processes

Look: TypeAlias = dict[str, Any]
"""What a process is like, by what people call it."""

_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)

_OF_A_MODULE = frozenset(
    {"__warningregistry__", "__annotations__", "__cached__", "__loader__", "__spec__"}
)
"""What the import system itself may change in a module that is there already."""

_PASSING = frozenset({("sys", "last_exc"), ("sys", "last_type"), ("sys", "last_value")})

_PLAIN = (bool, bytes, float, int, str, type(None))


def look() -> Look:
    """Return what this process is like now."""
    return {
        "threads": (threading.active_count(), _count("/proc/self/task")),
        "child processes": processes.children(os.getpid()),
        "descriptors": _descriptors(),
        "signals": (
            [signal.getsignal(each) for each in sorted(signal.valid_signals())],
            signal.pthread_sigmask(signal.SIG_BLOCK, ()),
            [signal.getitimer(each) for each in _TIMERS],
        ),
        "limits": [resource.getrlimit(each) for each in range(resource.RLIM_NLIMITS)]
        if hasattr(resource, "RLIM_NLIMITS")
        else [resource.getrlimit(resource.RLIMIT_NOFILE)],
        "users, groups and sessions": (os.getresuid(), os.getresgid(), os.getsid(0), os.getpgid(0)),
        "modules": _modules(),
    }


@contextmanager
def noting_fork_hooks() -> Iterator[list[str]]:
    """Note what is registered, meanwhile, to be called by each fork; nothing else tells of it."""
    hooks: list[str] = []
    register = os.register_at_fork

    def note(**functions: Any) -> None:
        hooks.extend(functions)
        register(**functions)

    os.register_at_fork = note
    try:
        yield hooks
    finally:
        if os.register_at_fork is note:
            os.register_at_fork = register


def changed(before: Look, after: Look) -> str:
    """Return what is not what it was, or nothing; modules and names that are new do not count."""
    for what, was in before.items():
        if what == "modules":
            if module := _patched(was, after[what]):
                return module
        elif after[what] != was:
            return what
    return ""


def _count(folder: str) -> int:
    with suppress(OSError):
        return len(os.listdir(folder))
    return 0


def _descriptors() -> list[tuple[str, str]]:
    found = []
    with suppress(OSError):
        for name in os.listdir("/proc/self/fd"):
            with suppress(OSError):  # The one that the directory was read with.
                found.append((name, os.readlink(f"/proc/self/fd/{name}")))
    return sorted(found)


def _modules() -> dict[str, dict[tuple[str, str], Any]]:
    """Return what each module holds, and what its classes do."""
    return {name: _held_by(module) for name, module in list(sys.modules.items()) if module}


def _held_by(module: ModuleType) -> dict[tuple[str, str], Any]:
    held: dict[tuple[str, str], Any] = {}
    name = getattr(module, "__name__", "")
    for key, value in list(vars(module).items()):
        held["", key] = value
        if isinstance(value, type) and value.__module__ == name:
            held.update({(key, each): what for each, what in list(vars(value).items())})
    return held


def _patched(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return the first module that holds something else under a name that it had."""
    for name, held in before.items():
        now = after.get(name)
        if now is None:
            return f"the module {name}"
        for key, value in held.items():
            if now.get(key) is value or key[1] in _OF_A_MODULE or (name, key[1]) in _PASSING:
                continue
            if type(value) in _PLAIN and type(now.get(key)) in _PLAIN:
                continue  # A count, a cached text: no server breaks of that, and forks have it.
            if isinstance(value, ModuleType) and isinstance(now.get(key), ModuleType):
                continue
            return f"the module {name}"
        if any(key[0] and ("", key[0]) in held for key in now.keys() - held.keys()):
            return f"the module {name}"  # A method of a base class is hidden by a new one.
    return ""
