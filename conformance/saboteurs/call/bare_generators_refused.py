"""A generator that is yielded without `call` is refused, as if it were no event."""

from types import NoneType

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {
    "call.yielding-a-generator": "fail",
    "call.any-generator": "fail",
    "connect.gives-a-connection": "fail",
    "listener.accept-gives-a-connection": "fail",
}

scheduler.GeneratorType = NoneType  # type: ignore[assignment, attr-defined]
