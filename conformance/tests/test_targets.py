"""Files to write, as the command line names them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bluelet_conformance.reports.targets import BadPath, to_write


def test_a_file_is_replaced_where_it_is_and_made_where_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("there")
    assert to_write(tmp_path / "link") == tmp_path / "there"
    (tmp_path / "there").touch()
    assert to_write(tmp_path / "link") == tmp_path / "there"


def test_what_no_file_can_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("about")
    (tmp_path / "about").symlink_to("round")
    os.mkfifo(tmp_path / "pipe")
    for name, why in [
        (".", "that is a directory; name a file"),
        ("no/file", "there is no directory"),
        ("a" * 300, "no file can be there: File name too long"),
        ("round/file", "no file can be there|there is no directory"),
        ("pipe", "that is no regular file"),
    ]:
        with pytest.raises(BadPath, match=why):
            to_write(tmp_path / name)
