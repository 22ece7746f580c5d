"""`write` does not wait for what the file's own `write` has been given."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {"files.write-after-its-own": "fail"}


def _write(fd: Any, data: memoryview, first: str) -> Any:
    yield files._Write(fd if isinstance(fd, int) else fd.fileno(), data, "")


files._write = _write
