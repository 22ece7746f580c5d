"""`connect` has names looked up by another function than others do, and waits for it."""

import socket
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import connecting, resolving

BREAKS: dict[str, str] = {"connect.search-suspends-only-its-thread": "fail"}

_resolve = resolving.resolve


def _resolve_here(host: str, port: int) -> Any:
    return _resolve(socket.gethostbyname(host) if host == "localhost" else host, port)


connecting.resolve = _resolve_here  # type: ignore[attr-defined]
