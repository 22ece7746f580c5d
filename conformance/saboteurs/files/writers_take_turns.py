"""Who writes to a pipe gives way after each part."""

from collections.abc import Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {"files.writes-do-not-interleave": "fail"}

_write = files._write


def _write_in_parts(fd: Any, data: memoryview, first: str) -> Generator[Any, Any, None]:
    for at in range(0, len(data), 4096):
        yield _write(fd, data[at : at + 4096], first)
        first = ""


files._write = _write_in_parts
