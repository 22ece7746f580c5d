"""`connect` tries the first address that a host has, and no other."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import resolving

BREAKS: dict[str, str] = {"connect.tries-every-address": "fail"}

_look_up = resolving._Resolve.look_up


def _look_up_one(wanted: resolving._Resolve, flags: int) -> list[Any]:
    return _look_up(wanted, flags)[:1]


resolving._Resolve.look_up = _look_up_one  # type: ignore[assignment, method-assign]
