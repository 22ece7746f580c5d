"""What can be said of an implementation before it is judged: its version, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from traceback import format_exception_only
from typing import Any

from bluelet_spec import NAMES

from bluelet_conformance.judging.child import Port, restore_builtins
from bluelet_conformance.judging.failures import DETAIL, shortened
from bluelet_conformance.judging.registry import BadHook, Candidate

_VERSION = 100
"""How many characters a version may have."""


def inspected(candidate: Candidate, load: Callable[[], Any]) -> tuple[Any, dict[str, Any]]:
    """Import an implementation; return it and what is found: its version and the names it lacks.

    Where it cannot be imported, what is found says why instead, as `error`. Built-in functions that
    it replaces are put back, and that is found as `replaces_builtins`.
    """
    replaces = False
    try:
        try:
            loaded = load()
        finally:
            replaces = restore_builtins()
        version = candidate.version_of(loaded)
        lacks = sorted(name for name in NAMES if not hasattr(loaded, name))
    except BadHook as error:
        return None, {"error": f"cannot be judged: {shortened(str(error), DETAIL)}"}
    except BaseException as error:
        shown = shortened("".join(format_exception_only(error)).strip(), DETAIL)
        return None, {"error": f"cannot be imported: {shown}"}
    found = {"version": shortened(version, _VERSION), "lacks": lacks}
    return loaded, {**found, "replaces_builtins": replaces}


def inspect(port: Port) -> dict[str, Any]:
    """Inspect an implementation, as a task: in a process that need not be able to fork."""
    _, found = inspected(port.candidate, port.load)
    return found
