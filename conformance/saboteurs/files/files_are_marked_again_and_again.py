"""`write` begins with a byte order mark, every time."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {"files.write-of-text-with-a-mark": "fail"}


def _encode(file: Any, text: str) -> tuple[str, bytes]:
    return "", text.encode(file.encoding)


files._encode = _encode
