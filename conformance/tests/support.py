"""Names that several tests of the suite share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

ROOT = Path(__file__).parents[2]
"""The repository."""

Run: TypeAlias = Callable[..., "CompletedProcess[str]"]
"""Runs `pytest ARGUMENTS` in an empty directory."""

Port: TypeAlias = Callable[[str], str]
"""Writes a port, the reference with some lines after it, and returns the option to judge it."""
