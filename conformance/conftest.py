"""What `pytest conformance` collects: the suite, and not the tests of the suite beside it.

And what those tests share: running pytest as a user does, in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent / "tests"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests of the suite out, unless something in them is asked for by its own path."""
    if collection_path != _TESTS:
        return None
    asked_for = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(path.is_relative_to(_TESTS) for path in asked_for) else True


@pytest.fixture
def suite(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs `pytest ARGUMENTS` in an empty directory."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
            cwd=tmp_path,
            env={**environment, "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


@pytest.fixture
def port(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that writes a port: the reference, with some lines after it."""

    def write(lines: str) -> str:
        text = "from bluelet_reference import *\nfrom bluelet_reference import Event\n" + lines
        (tmp_path / "port.py").write_text(text)
        return "--impl=port.py"

    return write
