"""Progress on a terminal, and nothing of it anywhere else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

ERASE = "\x1b[K"


def on_a_terminal(cwd: Path, *arguments: str, **environment: str) -> str:
    """Run pytest on a terminal of its own; return all that it writes."""
    mine, its = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
    )
    os.close(its)
    written = b""
    try:
        while chunk := os.read(mine, 65536):
            written += chunk
    except OSError:  # What Linux says when nobody has the other end any more.
        pass
    finally:
        os.close(mine)
        running.wait(timeout=60)
    return written.decode()


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "with workers"])
def test_a_line_tells_the_clause_and_how_many_are_left(tmp_path: Path, workers: list[str]) -> None:
    (tmp_path / "port.py").write_text(
        "from bluelet_reference import *\ndef null(): return object()\n"
    )
    written = on_a_terminal(tmp_path, "--impl=port.py", "run.drives-root", "null", *workers)
    drawn = re.findall(r"\x1b7\x1b\[\?7l(.*?)\x1b8\x1b\[\?7h", written)
    assert "run.drives-root on port.py, 4 left" in drawn
    assert any(
        re.fullmatch(r"null\.\S+ on port.py, \d left, [123] not met so far", one) for one in drawn
    )
    after = written[written.rindex("\x1b7") :]
    assert after.count(ERASE) >= 1, "the last line drawn is erased"
    assert "bluelet conformance" in after[after.index(ERASE) :]
    besides = re.split(r"\x1b7.*?\x1b8\x1b\[\?7h", written)[1:-1]
    assert {each.replace(ERASE, "") for each in besides} == {""}, "there are dots as well"
    assert "FAILED" in written, "the words are there as ever"


def test_other_tests_have_their_dots(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_one(): pass\ndef test_two(): pass\n")
    written = on_a_terminal(tmp_path, "test_other.py", NO_COLOR="1")
    assert re.search(r"test_other\.py [^a-z]*\.[^a-z.]*\.", written.replace(ERASE, ""))
    assert "\x1b7" not in written


@pytest.mark.parametrize(
    ("options", "environment"),
    [(["-v"], {}), (["-s"], {}), ([], {"TERM": "dumb"})],
    ids=["with -v", "with -s", "on a dumb terminal"],
)
def test_there_is_no_line(tmp_path: Path, options: list[str], environment: dict[str, str]) -> None:
    written = on_a_terminal(tmp_path, "null", *options, **environment)
    assert "3 passed" in written
    assert "\x1b7" not in written
    assert ERASE not in written
