"""What `pytest conformance` collects: the suite, and not the tests of the suite beside it."""

from pathlib import Path

import pytest

_TESTS = Path(__file__).parent / "tests"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests of the suite out, unless something in them is asked for by its own path."""
    if collection_path != _TESTS:
        return None
    asked_for = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(path.is_relative_to(_TESTS) for path in asked_for) else True
