"""What the arguments of the command line name: the suite, a chapter or a clause of it, or neither.

The suite is one file, `SUITE`. Ids of clauses and names of chapters can be given by themselves;
`select` turns them into what pytest understands, and `names_the_suite` then tells whether a run is
about the suite at all.

Every run of pytest on this machine asks that, so this module imports next to nothing. The list of
chapters is looked at only where an argument may be one of them; the clauses, where it is.
"""

from __future__ import annotations

import os.path
import re
from pathlib import Path

import pytest

_HERE = Path(__file__).parent

SUITE = next(
    (path for path in (_HERE / "suite", _HERE.parent / "suite") if path.is_dir()), _HERE / "suite"
).joinpath("clauses.py")
"""Where the suite is collected: inside the package where that is installed, else beside it."""

INSTALLED = "bluelet_conformance/suite/clauses.py"
"""What the suite is called where it is not part of the repository in which pytest runs."""

PROGRAMS = "programs"
"""What the programs are called that no clause is made of."""

_LIKE_A_CLAUSE = re.compile(r"\w+(\..*)?", re.DOTALL)
"""What a chapter and a clause look like, and few paths."""


def select(arguments: list[str], pyargs: bool) -> list[str]:
    """Return pytest's `arguments` with ids of clauses and names of chapters made into node ids.

    Raises:
        pytest.UsageError: an argument looks like a clause's id, and no clause has it.
    """
    chosen: list[str] = []
    others: list[str] = []
    for argument in arguments:
        if pyargs and argument == "bluelet_conformance":
            others.append(str(SUITE))
        elif argument.startswith(INSTALLED):  # As it stands in the output of such a run.
            others.append(str(SUITE) + argument.removeprefix(INSTALLED))
        elif ids := _ids(argument):
            chosen.extend(f"{SUITE}::{clause}" for clause in ids)
        else:
            others.append(argument)
    if chosen:  # A directory beside a clause's id says only where the suite is.
        others = [argument for argument in others if not _holds_the_suite(argument)]
    return others + chosen


def names_the_suite(argument: str) -> bool:
    """Return whether an argument of pytest's names the suite, a part of it, or a directory."""
    return _holds_the_suite(argument.partition("::")[0])


def name_of_the_suite(path: Path, root: Path) -> str:
    """Return how the suite, which was found at `path`, is called in the output of pytest."""
    if path.is_relative_to(root) and "site-packages" not in path.parts:
        return path.relative_to(root).as_posix()
    return INSTALLED


def _ids(argument: str) -> list[str]:
    """Return the ids that an argument stands for; none if it is neither a chapter nor a clause."""
    file = argument.partition("::")[0]
    if not _LIKE_A_CLAUSE.fullmatch(argument) or file.endswith(".py"):
        return []
    if os.path.exists(file):  # `Path` would raise for what is too long for a path.
        return []
    if argument == PROGRAMS:
        return [PROGRAMS]
    from bluelet_spec import ORDER

    chapter, dot, _ = argument.partition(".")
    if chapter not in ORDER:
        return []
    from bluelet_spec import clauses

    if not dot:
        return [clause.id for clause in clauses().values() if clause.chapter == chapter]
    if argument in clauses():
        return [argument]
    from difflib import get_close_matches

    near = get_close_matches(argument, clauses(), 3, 0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise pytest.UsageError(
        f"there is no clause {argument!r}.{hint} `--list-clauses` lists them all."
    )


def _holds_the_suite(argument: str) -> bool:
    """Return whether the suite is at a path, or below it.

    It is not said of a project whose environment, below its root, has the suite among what is
    installed: nobody who names that project means the suite.
    """
    path = Path(argument).resolve()
    if "::" in argument or not SUITE.is_relative_to(path):
        return False
    between = [each for each in SUITE.parents if each != path and each.is_relative_to(path)]
    return not any(each.name == "site-packages" or _is_environment(each) for each in between)


def _is_environment(path: Path) -> bool:
    return (path / "pyvenv.cfg").exists()
