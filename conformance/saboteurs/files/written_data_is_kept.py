"""What has been written is kept."""

from collections.abc import Generator
from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {"files.write-lets-go-of-its-data": "fail"}

_write = files._write
_kept: list[memoryview] = []


def _write_and_keep(fd: Any, data: memoryview, first: str) -> Generator[Any, Any, None]:
    _kept.append(data)
    return _write(fd, data, first)


files._write = _write_and_keep
