"""What can be said of an implementation before it is judged: its version, and what it lacks.

Names are looked for. So are methods, in the class that has them; where it is none, or has them by
another way, a connection and a listener are made, to look at those.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from contextlib import suppress
from traceback import format_exception_only
from typing import Any

from bluelet_spec import METHODS, NAMES
from bluelet_spec.wire import free_port, loopback

from bluelet_conformance.judging.child import Port, restore_builtins
from bluelet_conformance.judging.failures import DETAIL, shortened
from bluelet_conformance.judging.registry import BadHook, Candidate

_VERSION = 100
"""How many characters a version may have."""


def inspected(candidate: Candidate, load: Callable[[], Any]) -> tuple[Any, dict[str, Any]]:
    """Import an implementation; return it and what is found: its version and the names it lacks.

    The methods that it seems to lack are found as `unseen`. Where it cannot be imported, what is
    found says why instead, as `error`. Built-in functions that it replaces are put back, and that
    is found as `replaces_builtins`.
    """
    replaces = False
    try:
        try:
            loaded = load()
        finally:
            replaces = restore_builtins()
        version = candidate.version_of(loaded)
        lacks = sorted(name for name in NAMES if not hasattr(loaded, name))
        unseen = sorted(name for name in METHODS if not _is_in_the_class(loaded, name))
    except BadHook as error:
        return None, {"error": f"cannot be judged: {shortened(str(error), DETAIL)}"}
    except BaseException as error:
        shown = shortened("".join(format_exception_only(error)).strip(), DETAIL)
        return None, {"error": f"cannot be imported: {shown}"}
    found = {"version": shortened(version, _VERSION), "lacks": lacks, "unseen": unseen}
    return loaded, {**found, "replaces_builtins": replaces}


def inspect(port: Port) -> dict[str, Any]:
    """Inspect an implementation, as a task: in a process that need not be able to fork."""
    _, found = inspected(port.candidate, port.load)
    return found


def _is_in_the_class(loaded: Any, method: str) -> bool:
    name, _, attribute = method.partition(".")
    there = getattr(loaded, name, None)
    return isinstance(there, type) and hasattr(there, attribute)


def lacking_methods(port: Port, methods: list[str]) -> list[str]:
    """Return those of `methods` that what the implementation makes does not have, as a task.

    Of what it does not make, nothing is known; what clauses see of that is to be judged.
    """
    bluelet = port.load()
    made: dict[str, object] = {}

    def root() -> Generator[Any, Any, None]:
        made["Listener"] = bluelet.Listener(loopback(), free_port())
        with socket.create_server((loopback(), 0)) as listening:
            made["Connection"] = yield bluelet.connect(*listening.getsockname())

    with suppress(BaseException):
        bluelet.run(root())
    return [
        method
        for method in methods
        for name, _, attribute in [method.partition(".")]
        if made.get(name) is not None and not hasattr(made[name], attribute)
    ]
