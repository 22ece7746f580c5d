"""`write` does not wait for what the file's own `write` has been given."""

import os
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {"files.write-after-its-own": "fail"}


def _write(fd: Any, data: memoryview, first: str) -> Any:
    number = fd if isinstance(fd, int) else fd.fileno()
    while data:
        yield files._Ready(number, for_writing=True)
        data = data[os.write(number, data[:4096]) :]


files._write = _write
