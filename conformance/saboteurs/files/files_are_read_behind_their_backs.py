"""`read` passes over what Python has read of a file already, and decodes each piece by itself."""

from typing import Any

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {
    "files.read-after-readline": "hang",
    "files.read-of-text": "fail",
    "files.read-of-text-with-a-size": "fail",
    "files.read-of-text-after-readline": "hang",
}


def _holds_nothing_back(source: Any) -> bool:
    return False


def _decode(file: Any, size: int | None, *data: bytes) -> str:
    return b"".join(data).decode(file.encoding, "replace")


files._holds_back = _holds_nothing_back
files._text = _decode
