"""Files that the command line names, to be written at the end of a run.

Whether one can be written is told before anything runs. It is written as a whole or not at all, and
what was there before is there until then.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from bluelet_conformance.judging import processes


class BadPath(ValueError):
    """A path that no file can be written to; the message says why, to go after its name."""


def to_write(path: Path) -> Path:
    """Return the file that writing to `path` will replace or make.

    Raises:
        BadPath: there can be none.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass  # It will be made, if there is a directory.
    except OSError as error:  # As of `pathlib`, it depends on the version what is an error.
        raise BadPath(f"no file can be there: {error.strerror}; name another.") from None
    file = path.resolve()
    if file.is_dir():
        raise BadPath("that is a directory; name a file.")
    if file.exists() and not file.is_file():
        raise BadPath("that is no regular file; name another.")
    if not file.parent.is_dir():
        raise BadPath(f"there is no directory {(file if path.is_symlink() else path).parent}.")
    return file


def replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file at `path`; no signal comes between.

    A file that is there keeps its mode.

    Raises:
        OSError: it cannot be written there.
    """
    path = path.resolve()
    beside = path.with_name(f".bluelet-{os.getpid()}")  # No longer than names may be.
    with processes.interrupts(signal.SIG_BLOCK):
        try:
            with beside.open("xb") as file:
                if path.exists():
                    os.fchmod(file.fileno(), path.stat().st_mode & 0o7777)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
