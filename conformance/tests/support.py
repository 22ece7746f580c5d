"""Names that several tests of the suite share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

from bluelet_conformance.registry import Candidate

ROOT = Path(__file__).parents[2]
"""The repository."""

SABOTEURS = ROOT / "conformance" / "saboteurs"
"""Implementations that are wrong on purpose."""

Run: TypeAlias = Callable[..., "CompletedProcess[str]"]
"""Runs `pytest ARGUMENTS` in an empty directory."""

Port: TypeAlias = Callable[[str], str]
"""Writes a port, the reference with some lines after it, and returns the option to judge it."""


def candidate(implementation: Path) -> Candidate:
    """Return an implementation that is a file, not yet imported."""
    return Candidate(implementation.stem, f"file {implementation.name}", str(implementation))
