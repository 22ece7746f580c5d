"""A generator that is yielded without `call` is refused, as if it were no event."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {
    "call.yielding-a-generator": "fail",
    "call.any-generator": "fail",
    "connect.gives-a-connection": "fail",
    "listener.accept-gives-a-connection": "fail",
    "server.serves": "fail",
    "server.beside-other-threads": "fail",
    "files.read-gives-what-is-there": "fail",
    "files.read-holds-up-nobody": "fail",
    "files.read-of-text": "fail",
    "files.read-of-a-regular-file": "fail",
    "files.write-arrives": "fail",
}


class _Nothing:
    """What no generator is."""


scheduler.GeneratorType = _Nothing  # type: ignore[assignment, attr-defined]
