"""Reports to read: Markdown, HTML and badge, and how files are written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bluelet_conformance import reports
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_conformance.reports import Report, Result, badge, markdown, page
from bluelet_conformance.reports.program import reproduction
from bluelet_spec import ORDER, Level, clauses
from support import Port, Run, result

NASTY = "<b>|`x`|</b>\n```\n</pre>\x00\x1b[31m\ud800"
"""What a port may print into its errors, to come out of the quotes."""


def broken() -> Result:
    """Return a result with a nasty failure, a clause that spins, and one that is blocked."""
    made = result(join_after_finish="spin", join_each_in_turn="blocked", run_returns_none="fail")
    made.add(Judgement("end.runs-finally", "MUST", "fail", 0.1, NASTY, account=f"> {NASTY}"))
    return made


def all_broken() -> Result:
    return result(**{clause.replace(".", "_").replace("-", "_"): "fail" for clause in clauses()})


class Page(HTMLParser):
    """What a page consists of, and that its elements are closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.labelled = 0
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag == "a":
            self.links.append(has["href"] or "")
        else:
            self.loads += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag == "select":
            assert "label" in self._open
        if tag == "th":
            assert has.get("scope") in ("col", "row", "rowgroup")
        if tag not in ("meta", "link", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


# HTML


def test_a_page_is_whole_and_needs_nothing_else() -> None:
    text = page.render(Report([broken(), result("other")], strict=False))
    found = Page(text)
    assert len(found.ids) == len(set(found.ids))
    assert found.loads == ["data:,"]
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert not re.search(r"@import|url\(|fetch\(|https?://", text)
    assert {"header", "main", "footer", "h1", "caption", "summary"} <= set(found.tags)
    assert 'lang="en"' in text
    assert "prefers-color-scheme: dark" in text


def test_a_page_shows_every_clause_and_the_details_of_each_failure() -> None:
    text = page.render(Report([broken(), result("other")], strict=False))
    rows = re.findall(r'<tr id="clause=(\S+)" data-level="\w+" data-verdicts="([^"]+)">', text)
    assert sorted(clause for clause, _ in rows) == sorted(clauses())
    assert dict(rows)["join.after-finish"] == "spin|pass"
    details = re.findall(r'<span class="hidden">(\S+): </span>', text)
    assert details == [clause for clause, verdicts in rows if verdicts != "pass|pass"]
    [spin] = re.findall(r"(?s)join.after-finish: </span>(.*?)</details>", text)
    assert "of a thread that has finished already MUST return without waiting." in spin
    assert "yield bluelet.join(thread)" in spin
    assert "resolve([&#x27;port&#x27;])" in spin
    assert "pytest join.after-finish --impl=port" in spin


def test_what_a_port_says_is_no_markup() -> None:
    odd = Result("<i>.py", "<script>", '"><script>')
    odd.add(Judgement("end.runs-finally", "MUST", "fail", 0.1, NASTY, account=NASTY))
    text = page.render(Report([odd], strict=False))
    assert "<b>" not in text
    assert "<script>alert" not in text
    assert text.count("<script>") == 1
    assert "\x00" not in text
    assert r"\x00\x1b[31m\ud800" in text
    Page(text)


def test_a_choice_stands_beside_its_clause() -> None:
    chosen = result()
    chosen.add(Judgement("spawn.value", "MAY", "pass", 0.1, choice="None"))
    text = page.render(Report([chosen], strict=False))
    assert '✓</span> pass<br><span class="choice">None</span>' in text


# Markdown


def test_a_comment_tells_what_is_not_met_and_how_to_see_it() -> None:
    text = markdown.render(Report([broken(), result("other")], strict=True))
    why = "2 MUST, 1 SHOULD not met, 1 not judged because of them"
    assert f"- **port 1.0** (module port): **NOT conformant: {why}**; {why}" in text
    assert "- **other 1.0** (module other): **conformant, strictly**; all met" in text
    assert "| chapter | port | other |" in text
    assert "| join | 1 MUST not met, 1 blocked | all met |" in text
    assert "%" not in text.replace("%d", "")
    [spin] = re.findall(r"(?s)<code>join.after-finish</code>, spin on port(.*?)</details>", text)
    assert "> MUST" not in spin
    assert "**MUST**: `join` of a thread that has finished already MUST return" in spin
    assert "yield bluelet.join(thread)" in spin
    assert "pytest join.after-finish --impl=port" in spin
    assert "- `join.each-in-turn`, blocked on port: A thread MUST be able to" in text
    places = [text.index(f"### {heading} not met") for heading in ("run: SHOULD", "end: MUST")]
    assert places == sorted(places)
    assert text.index("### join: MUST not judged") < text.index("`join.each-in-turn`, blocked")


def test_what_a_port_says_does_not_come_out_of_the_quotes() -> None:
    odd = Result("a|b`.py", "<i>", "*")
    odd.add(Judgement("end.runs-finally", "MUST", "fail", 0.1, NASTY))
    text = markdown.render(Report([odd], strict=False))
    assert r"| chapter | a\|b\`.py |" in text
    assert "(&lt;i&gt;)" in text
    assert "````\n<b>|`x`|</b>\n```\n</pre>\\x00" in text


def test_a_comment_has_quotes_as_they_are_to_be_read() -> None:
    odd = Result("it's.py", 'of "mine"', "1'0")
    odd.add(Judgement("end.runs-finally", "MUST", "fail", 0.1, "'a' & \"b\""))
    odd.add(Judgement("end.finally-may-yield", "SHOULD", "blocked", 0.0, "it isn't"))
    for text in (
        markdown.render(Report([odd], strict=False)),
        markdown.render(Report([all_broken()], strict=True)),
    ):
        assert not re.search("&#|&quot;|&apos;", text)
    text = markdown.render(Report([odd], strict=False))
    assert """- **it's.py 1'0** (of "mine"): **NOT""" in text
    assert "<code>end.runs-finally</code>, fail on it's.py</summary>" in text
    assert "```\n'a' & \"b\"\n```" in text
    assert "(it isn't)" in text


def test_a_comment_is_no_longer_than_it_may_be() -> None:
    names = ["one", "other", "a_third"]
    text = markdown.render(Report([all_broken() for _ in names], strict=True))
    assert 50_000 < len(text) < 65_536
    assert "clauses are told without their programs" in text or "more clauses" in text
    told = [clause for clause in clauses().values() if f"{clause.id}`, fail" in text]
    assert all(clause.id in text for clause in clauses().values() if clause.level == Level.MUST)
    assert told


# The badge


@pytest.mark.parametrize(
    ("found", "strict", "words"),
    [
        (result(), False, "bluelet: conformant"),
        (result(), True, "bluelet: strictly conformant"),
        (broken(), False, "bluelet: 2 MUST not met, 1 not judged"),
        (result(run_returns_none="fail"), True, "bluelet: 1 SHOULD not met"),
        (Result("port", "", ""), False, "bluelet: not judged in full"),
    ],
)
def test_a_badge_says_it_in_a_few_words(found: Result, strict: bool, words: str) -> None:
    drawn = ET.fromstring(badge.render(Report([found], strict)))
    assert drawn.attrib["aria-label"] == words
    assert drawn.findtext("{*}title") == words
    texts = [text.text for text in drawn.iterfind(".//{*}text")]
    assert ": ".join(filter(None, texts)) == words


def test_several_implementations_have_a_line_each_with_their_names() -> None:
    drawn = ET.fromstring(badge.render(Report([broken(), result("<other>")], strict=False)))
    texts = [text.text for text in drawn.iterfind(".//{*}text")]
    assert texts == ["port", "2 MUST not met, 1 not judged", "<other>", "conformant"]
    assert drawn.attrib["aria-label"] == "port: 2 MUST not met, 1 not judged; <other>: conformant"
    assert int(drawn.attrib["height"]) > 2 * 20


# The programs


@pytest.mark.parametrize("chapter", ORDER)
def test_a_program_runs_by_itself(chapter: str) -> None:
    """The longest of each chapter, which needs most of what stands around it."""
    longest = max(
        (clause for clause in clauses().values() if clause.chapter == chapter),
        key=lambda clause: len(reproduction(clause, "reference")),
    )
    done = subprocess.run(
        [sys.executable, "-c", reproduction(longest, "reference")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{longest.id}: {done.stderr}"


# Files


def test_any_number_of_reports_come_from_one_run(suite: Run, port: Port, tmp_path: Path) -> None:
    option = port("def null(): return object()\n")
    names = ["a.json", "a.md", "a.html", "a.svg", "b.svg"]
    done = suite(option, "--impl=reference", *(f"--report={name}" for name in names), "null")
    assert done.returncode == 1
    for name in names:
        assert "port.py" in (tmp_path / name).read_text()
        assert f"report: {tmp_path / name} written" in done.stdout
    assert "\nnull  3 blocked  all met" in done.stdout
    assert sorted(each.name for each in tmp_path.glob("*a.*")) == sorted(names[:4])


def test_a_report_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.svg"
    path.write_text("before")

    def full_disk(source: Path, destination: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        reports.write(path, Report([result()], strict=False))
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    reports.write(path, Report([result()], strict=False))
    assert path.read_text().startswith("<svg")
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_cannot_be_encoded_is_written_all_the_same(tmp_path: Path) -> None:
    for suffix in ("json", "md", "html", "svg"):
        path = tmp_path / f"out.{suffix}"
        reports.write(path, Report([broken()], strict=False))
        path.read_text(encoding="utf-8")
