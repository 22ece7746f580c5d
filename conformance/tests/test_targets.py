"""Files to write, as the command line names them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bluelet_conformance.reports.targets import BadPath, replace, to_write


def test_a_file_is_replaced_where_it_is_and_made_where_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("there")
    assert to_write(tmp_path / "link") == tmp_path / "there"
    (tmp_path / "there").touch()
    assert to_write(tmp_path / "link") == tmp_path / "there"


def test_what_no_file_can_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("about")
    (tmp_path / "about").symlink_to("round")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "dangling").symlink_to("nowhere/file")
    (tmp_path / "regular").touch()
    os.mkfifo(tmp_path / "pipe")
    for name, why in [
        (".", "that is a directory; name a file"),
        ("no/file", "there is no directory"),
        ("a" * 300, "no file can be there: File name too long"),
        ("a/" * 3000, "no file can be there: File name too long"),
        ("round", "no file can be there: Too many levels of symbolic links"),
        ("self", "no file can be there: Too many levels of symbolic links"),
        ("round/file", "no file can be there: Too many levels of symbolic links"),
        ("dangling", "there is no directory .*/nowhere"),
        ("regular/file", "there is no directory"),
        ("pipe", "that is no regular file"),
    ]:
        with pytest.raises(BadPath, match=why):
            to_write(tmp_path / name)


def test_a_name_may_be_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = to_write(tmp_path / f"{'a' * 252}.md")
    replace(path, b"text")
    assert path.read_bytes() == b"text"
    assert list(tmp_path.iterdir()) == [path]
