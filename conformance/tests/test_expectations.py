"""Known failures: the file, and that it is strict both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from bluelet_conformance.expectations import BadExpectations, read
from support import Port, Run

ENTRY = '[[expect]]\nclause = "sleep.never-early"\nverdict = "fail"\nreason = "it is lazy"\n'
LAZY_SLEEP = "from bluelet_reference import null as _null\ndef sleep(duration): return _null()\n"


def test_entries_are_read(tmp_path: Path) -> None:
    file = tmp_path / "expect.toml"
    file.write_text(ENTRY + 'link = "https://example.org"\npython = ">=3.11"\n')
    assert read(file) == {"sleep.never-early": "fail"}


def test_an_entry_for_another_python_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "expect.toml"
    file.write_text(ENTRY + 'python = "<3"\n')
    assert read(file) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[expect", "is not TOML"),
        ("[other]", "nothing but"),
        ("expect = 1", "nothing but"),
        (ENTRY.replace("never-early", "nosuch"), "entry 1: the specification has no clause"),
        (ENTRY.replace('"fail"', '"pass"'), "'pass' is no verdict to expect; those are blocked"),
        (ENTRY.replace("reason", "cause"), "there is no key 'cause'; there are clause, link"),
        (ENTRY.replace('reason = "it is lazy"\n', ""), "it lacks a reason"),
        (ENTRY.replace('"it is lazy"', "1"), "every value is a string"),
        (ENTRY + ENTRY, "entry 2: there is an entry for sleep.never-early already"),
        (ENTRY + "python = 5", "every value is a string"),
        ("expect = [1]", "entry 1: it is no table"),
        (ENTRY.replace("never-early", "nosuch") + 'python = "<3"', "has no clause"),
        (ENTRY.replace('"fail"', '"unsupported"'), "'unsupported' is no verdict to expect"),
        (ENTRY + 'python = "three"\n', "range of versions"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "expect.toml"
    file.write_text(text)
    with pytest.raises(BadExpectations, match=message):
        read(file)


def test_an_expected_failure_does_not_fail_the_run(suite: Run, port: Port, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY)
    done = suite(port(LAZY_SLEEP), "sleep.never-early", "--expect=expect.toml")
    assert done.returncode == 0, done.stdout
    assert "1 xfailed" in done.stdout
    assert "NOT conformant" in done.stdout


def test_an_expected_failure_that_passes_fails_the_run(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY)
    done = suite("sleep.never-early", "--expect=expect.toml")
    assert done.returncode == 1
    assert "the verdict is pass, and fail was expected. Change or remove" in done.stdout


def test_another_verdict_than_the_expected_one_fails_the_run(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY.replace('"fail"', '"hang"'))
    done = suite(port(LAZY_SLEEP), "sleep.never-early", "--expect=expect.toml")
    assert done.returncode == 1
    assert "the verdict is fail, and hang was expected" in done.stdout
    assert "MUST: `sleep` MUST NOT resume" in done.stdout


def test_the_file_goes_with_one_implementation(suite: Run, port: Port, tmp_path: Path) -> None:
    (tmp_path / "expect.toml").write_text(ENTRY)
    done = suite(port(""), "--impl=reference", "null", "--expect=expect.toml")
    assert done.returncode == 4
    assert "--expect goes with one --impl" in done.stderr
