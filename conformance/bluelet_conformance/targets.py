"""Where files can be written that the command line names, told before anything runs."""

from __future__ import annotations

from pathlib import Path


class BadPath(ValueError):
    """A path that no file can be written to; the message says why, to go after its name."""


def to_write(path: Path) -> Path:
    """Return the file that writing to `path` will replace or make.

    Raises:
        BadPath: there can be none.
    """
    try:
        file = path.resolve()
        is_there, is_file, is_directory = file.exists(), file.is_file(), file.is_dir()
        has_directory = file.parent.is_dir()
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or "symbolic links in a circle"
        raise BadPath(f"no file can be there: {why}; name another.") from None
    if is_directory:
        raise BadPath("that is a directory; name a file.")
    if is_there and not is_file:
        raise BadPath("that is no regular file; name another.")
    if not has_directory:
        raise BadPath(f"there is no directory {path.parent}.")
    return file
