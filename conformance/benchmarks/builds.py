"""Two builds of this project that can be run in turns: a revision's, and that of HEAD.

Each is a clone with an environment of its own, in a folder that goes when the comparison is over.
Nothing is taken from the working tree, so what is not committed is not compared. Both environments
are made at the same time by the same Python, and have the same versions of everything else. The
clones share the objects of this repository, so any commit will do that is known here, be it on a
branch or not.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

INTERRUPTED = 130
"""The status with which shells report what Ctrl-C has ended."""

BESIDE = ("bluelet==0.2.0", "pytest-xdist")
"""What an environment has beside the project: a port to be judged, and workers."""


class NoBuild(Exception):
    """A build cannot be made; the message says why."""


@dataclass(frozen=True)
class Build:
    """A revision, installed."""

    name: str
    """`old` or `new`."""
    commit: str
    folder: Path
    """Where all of it is, and nothing else."""

    @property
    def clone(self) -> Path:
        """The files of the revision, which are installed as they lie there."""
        return self.folder / "clone"

    @property
    def environment(self) -> Path:
        """The virtual environment."""
        return self.folder / "environment"

    @property
    def pytest(self) -> str:
        """The environment's pytest."""
        return str(self.environment / "bin" / "pytest")


def commit(revision: str) -> str:
    """Return the hash of the commit that a revision stands for.

    Raises:
        NoBuild: it stands for none.
    """
    command = [
        "git",
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        revision + "^{commit}",
    ]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        raise NoBuild(f"{revision!r} is no revision of the repository {ROOT}")
    return found.stdout.strip()


def committed(folder: str) -> list[str]:
    """Return the files that HEAD has in a folder, in order, by their paths in the repository."""
    return _succeed("git", "ls-tree", "-r", "--name-only", "HEAD", "--", folder).splitlines()


@contextmanager
def both(revision: str) -> Iterator[tuple[Build, Build]]:
    """Make the builds of a revision and of HEAD, the old and the new, and remove them at the end.

    SIGTERM ends that as Ctrl-C does.

    Raises:
        NoBuild: there is no such revision, or it cannot be installed.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    commits = {"old": commit(revision), "new": commit("HEAD")}
    if _succeed("git", "status", "--porcelain"):
        tell("what is not committed is not part of the new build")
    with TemporaryDirectory(prefix="bluelet-builds-") as folder:
        old, new = (_made(Build(name, commits[name], Path(folder) / name)) for name in commits)
        yield old, new


def _made(build: Build) -> Build:
    tell(f"making the {build.name} build, of {build.commit[:10]}")
    build.folder.mkdir()
    _succeed("git", "clone", "--quiet", "--shared", "--no-checkout", str(ROOT), str(build.clone))
    _succeed("git", "-C", str(build.clone), "checkout", "--quiet", "--detach", build.commit)
    _succeed(sys.executable, "-m", "venv", str(build.environment))
    pip = [str(build.environment / "bin" / "python"), "-m", "pip"]
    _succeed(*pip, "install", "--quiet", "--editable", str(build.clone), *BESIDE)
    return build


def clean_environment(**more: str) -> dict[str, str]:
    """Return the variables for commands that are compared: without those of Python and pytest."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("PY")}
    return {**ours, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}


def positive(text: str) -> int:
    """Return a number that the command line gives; it has to be one from 1 on."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def tell(text: str) -> None:
    """Tell on stderr how far it is."""
    print(text, file=sys.stderr, flush=True)


def _succeed(*command: str) -> str:
    """Run a command in the repository, and return what it says.

    Raises:
        NoBuild: it fails.
    """
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise NoBuild(f"no build, for this failed: {' '.join(command)}\n{said}")
    return done.stdout
