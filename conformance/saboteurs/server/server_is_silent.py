"""A server tells nobody that a handler has failed."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.server import _log

BREAKS: dict[str, str] = {"server.failure-is-told": "fail"}

_log.disabled = True
