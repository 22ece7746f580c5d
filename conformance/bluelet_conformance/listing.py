"""The answers to the options that only list something."""

from __future__ import annotations

import sys
from typing import TextIO

import pytest
from bluelet_spec import clauses

from bluelet_conformance.judging import registry
from bluelet_conformance.judging.printable import visible


def print_lists(config: pytest.Config) -> None:
    """Print what an option asks to be listed: implementations, or else clauses."""
    if config.getoption("list_impls"):
        for candidate in registry.registered().values():
            show(f"{candidate.name}  ({candidate.origin})")
    else:
        for clause in clauses().values():
            show(f"{clause.id}  {clause.level}\n    {clause.sentence}")


def show(text: str, end: str = "\n", stream: TextIO | None = None) -> None:
    """Print what may hold a port's text, on any terminal; by default as output."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "ascii"
    print(visible(text).encode(encoding, "backslashreplace").decode(encoding), end=end, file=stream)
