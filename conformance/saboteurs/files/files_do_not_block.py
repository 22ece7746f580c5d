"""`read` and `write` put their files into non-blocking mode, for all who share them."""

import os
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {"files.stays-blocking": "fail"}

_init = files._Ready.__init__


def _unblock(self: files._Ready, file: Any) -> None:
    os.set_blocking(file if isinstance(file, int) else file.fileno(), False)
    _init(self, file)


files._Ready.__init__ = _unblock  # type: ignore[method-assign]
