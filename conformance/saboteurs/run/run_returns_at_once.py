"""`run` returns without running anything.

An assertion inside a thread would never be reached here, and prove nothing.
"""

from bluelet_reference import *  # noqa: F403

BREAKS: dict[str, str] = {"run.drives-root": "fail"}


def run(root: object) -> None:  # type: ignore[no-redef]
    """Do nothing."""
