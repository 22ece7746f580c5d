"""`write` returns without having written anything."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference.events import Event, null

BREAKS: dict[str, str] = {
    "files.write-arrives": "fail",
    "files.write-holds-up-nobody": "fail",
    "files.write-of-text": "fail",
    "files.write-of-text-with-a-mark": "fail",
    "files.write-after-its-own": "fail",
    "files.write-to-a-regular-file": "fail",
    "files.write-of-the-wrong-type": "fail",
    "files.write-to-nobody": "fail",
    "files.one-read-and-written": "fail",
}


def write(fd: object, data: object) -> Event:  # type: ignore[no-redef]
    """Do nothing."""
    return null()
