"""What a port prints and says reaches a terminal, a log and a report as text that does nothing."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from bluelet_conformance import listing, summary
from bluelet_conformance.expectations.recording import merged
from bluelet_conformance.judging import registry
from bluelet_conformance.judging.printable import all_visible, in_a_line, visible
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_conformance.reports import Report, Result, badge, markdown, page
from support import Port, Run

UNSEEN = [*map(chr, (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)))]
UNSEEN += "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN += "\u00ad\u034f\u200b\u2028\u2029\ufe0f\ufeff\ufffe\uffff\ud800\udfff\U0001fffe\U000e0041"

COMMANDS = ["::error file=a.py::", " \t::set-output name=a::b", "\u3000::stop-commands::x"]
COMMANDS += ["##[error]", "seen ##[group]", "##vso[task.setvariable]", "x ##TeamCity[a]", "###[a]"]

NASTY = r"\x1b[31m\x00\u202e\ud800\n::error::a\n  ::warning::b\n##[error]c\rd\u2066"
"""As it is written in a port's source."""

PRINTED = NASTY.replace(r"\ud800", "")
"""The part of it that can be printed."""


def is_harmless(text: str) -> bool:
    """Return whether no character of `text` acts on a terminal, and no line on a CI system."""
    commands = re.search(r"(?im)^\s*::|##(\[|vso\[|teamcity\[)", text)
    return not commands and not any(each in text.replace("\t", "") for each in UNSEEN)


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_shown_as_python_writes_it(unseen: str) -> None:
    assert visible(f"a{unseen}b") == f"a{ascii(unseen)[1:-1]}b"
    assert in_a_line(f"a{unseen}b") == visible(f"a{unseen}b")


def test_what_can_be_seen_is_left_alone() -> None:
    text = "Grüße, мир, 世界 🌍: é\n\t`a::b` [::2] # 1\n## a\n"
    assert visible(text) == text
    assert in_a_line("a\n\tb") == r"a\n\tb"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_to_a_ci_system_is_none_any_more(command: str) -> None:
    text = visible(f"{command}x\nand\n{command}y")
    assert not is_harmless(command)
    assert is_harmless(text)
    assert text == visible(text)
    assert visible(r"::error::a") == r"\x3a:error::a"
    assert visible(r"##[error]a") == r"\x23#[error]a"


def test_what_is_for_a_glance_is_short_and_has_one_line() -> None:
    assert in_a_line("1.0\n  beta", 20) == "1.0 beta"
    assert in_a_line("x" * 10**7, 5) == "xxxx…"
    assert len(in_a_line("\0" * 10**7, 20)) == 20


def test_every_text_of_a_value_is_made_visible() -> None:
    value = {"a": ["\0", ("\x1b", 1)], "b": {"c": "\ud800"}, "d": None}
    seen = {"a": [r"\x00", (r"\x1b", 1)], "b": {"c": r"\ud800"}, "d": None}
    assert all_visible(value) == seen


# Reports.


def named(name: str) -> Result:
    made = Result(name, f"file {name}", name)
    made.add(Judgement("end.runs-finally", "MUST", "fail", 0.1, name, account=name))
    made.add(Judgement("spawn.value", "MAY", "pass", 0.1, choice=name))
    return made


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_a_badge_is_xml_whatever_a_port_is_called(unseen: str) -> None:
    for results in ([named(unseen)], [named(f"a{unseen}"), named(f"{unseen}]]>&amp;<b>'\"")]):
        drawn = badge.render(Report(results, strict=False))
        assert is_harmless(drawn.replace("\n", ""))
        ET.fromstring(drawn.encode())


@pytest.mark.parametrize("text", ["".join(UNSEEN), *(f"a\n{each}" for each in COMMANDS)])
def test_a_report_to_read_is_harmless(text: str) -> None:
    report = Report([named(text), named("other")], strict=False)
    assert is_harmless(markdown.render(report))
    assert is_harmless(page.render(report))


@pytest.mark.parametrize("text", ["".join(UNSEEN), *(f"a\n{each}" for each in COMMANDS)])
def test_the_summary_has_a_line_for_each_thing_to_say(text: str) -> None:
    found = named(text)
    found.add(Judgement("end.runs-finally", "MUST", "fail", 0.0, text))
    lines = list(summary.lines(Report([found, named("other")], strict=False)))
    assert is_harmless("\n".join(lines))
    assert not any("\n" in line for line in lines)
    blocked = Judgement(
        "end.runs-finally", "MUST", "blocked", 0.0, blocker=f"run.drives-root {text}"
    )
    assert is_harmless("".join(summary.blockers(found, [blocked])))


@pytest.mark.parametrize("text", ["".join(UNSEEN), *COMMANDS])
def test_the_comments_of_known_failures_are_harmless(text: str) -> None:
    judgement = Judgement("end.runs-finally", "MUST", "fail", 0.1, f"a {text}")
    written = merged("", [judgement], Path("port.toml")).text
    [comment] = [line for line in written.split("\n") if line.startswith("# seen: ")]
    assert is_harmless(comment)
    assert written.count("\n") == 5


# The command line.


def test_names_are_harmless(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = EntryPoint("a\x1b[31m", "json\u202e", registry.GROUP)
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [entry] if group == registry.GROUP else []
    )
    [candidate] = registry.registered().values()
    assert candidate.name == r"a\x1b[31m"
    assert candidate.target == "json\u202e"
    assert registry.resolve(["a\x1b[31m"]) == [candidate]

    class Config:
        def getoption(self, name: str) -> bool:
            return name == "list_impls"

    listing.print_lists(Config())  # type: ignore[arg-type]
    assert capsys.readouterr().out == "a\\x1b[31m  (entry point json\\u202e)\n"


@pytest.mark.parametrize("options", [["-rA"], ["-n1", "-v", "--color=yes"]], ids=str)
def test_a_run_shows_what_a_port_says_and_does_not_do_it(
    suite: Run, port: Port, tmp_path: Path, options: list[str]
) -> None:
    option = port(
        f"print('printed {PRINTED}')\n__version__ = 'version {NASTY}'\n"
        f"class Raised(Exception): __name__ = __qualname__ = '{NASTY}'\n"
        f"def end(value=None): raise Raised('{NASTY}')\n"
    )
    reports = ["out.json", "out.md", "out.html", "out.svg"]
    done = suite(
        option,
        "end",
        *options,
        "--junit-xml=out.xml",
        "-ojunit_logging=all",
        "--write-expect=out.toml",
        *(f"--report={name}" for name in reports),
    )
    assert done.returncode == 1, done.stdout + done.stderr
    written = [(tmp_path / name).read_text() for name in [*reports, "out.toml", "out.xml"]]
    for text in (done.stdout, done.stderr, *written):
        without_colours = re.sub(r"\x1b\[[\d;]*m", "", text) if "--color=yes" in options else text
        assert is_harmless(without_colours)
    assert r"printed \x1b[31m\x00\u202e" in done.stdout
    assert "\n\\x3a:error::a\n  \\x3a:warning::b\n\\x23#[error]c\\rd\\u2066\n" in done.stdout
    assert r"version \x1b[31m\x00\u202e\ud800 ::error::a ::warning" in done.stdout
    [found] = json.loads(written[0])["implementations"]
    assert "\\x1b[31m" in found["clauses"]["end.code-after-does-not-run"]["detail"]
    ET.fromstring(written[3])
    ET.fromstring(written[5])


@pytest.mark.parametrize("version", ["'x' * 2_000_000", r"'\n' * 2_000_000 + '1'", r"'1\n2'"])
def test_a_version_is_short(suite: Run, port: Port, version: str) -> None:
    done = suite(port(f"__version__ = {version}\n"), "null")
    assert done.returncode == 0, done.stdout
    [line] = re.findall("(?m)^port.py .*file port.py.*$", done.stdout)
    assert len(line) < 200


def test_an_import_that_fails_says_so_harmlessly(suite: Run, port: Port) -> None:
    done = suite(port(f"print('printed {PRINTED}')\nraise ValueError('{NASTY}')\n"), "null")
    assert done.returncode == 4
    assert is_harmless(done.stdout)
    assert is_harmless(done.stderr)
    assert r"printed \x1b[31m" in done.stdout
    assert r"cannot be imported: ValueError: \x1b[31m" in done.stderr


def test_what_a_port_prints_can_be_shown_anywhere(
    suite: Run, port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = suite(port("import os\nos.write(1, 'мир\\n'.encode())\n"), "null.returns-none")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(r"\u043c\u0438\u0440")
    for option in ("-s", "--capture=sys", "-pno:capture"):
        assert suite("--impl=reference", "null.returns-none", option).returncode == 0


def test_what_a_file_is_called_is_harmless(suite: Run, tmp_path: Path) -> None:
    name = "a\x1b[31m\u202e\n::error::b.py"
    (tmp_path / name).write_text(
        "from bluelet_reference import *\ndef kill(coro): return sleep(0)\n"
    )
    done = suite(f"--impl={name}", "kill.ready", "programs", "--report=out.md", "-v")
    assert done.returncode == 1, done.stdout
    assert is_harmless(done.stdout)
    assert is_harmless((tmp_path / "out.md").read_text())
    assert r"kill.ready[a\x1b[31m\u202e\n\x3a:error::b.py] FAILED" in done.stdout
