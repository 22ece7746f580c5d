"""The site is generated from the specification, whole, and every link in it leads somewhere."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import unquote, urlsplit

import pytest
from bluelet_conformance.programs.findings import Finding
from bluelet_docs import chapters, markdown, promises, tables
from bluelet_docs.book import book, sentences
from bluelet_docs.citations import citations, path_of
from bluelet_docs.faults import faults
from bluelet_docs.known import KNOWN, Verdict, reports
from bluelet_docs.markup import ids_in
from bluelet_docs.pages import write
from bluelet_docs.published import published
from bluelet_docs.refresh import lasting
from bluelet_spec import SPEC_VERSION, WITHDRAWN, Level, clauses
from bluelet_spec.promises import PROMISES, Promise
from support import ROOT, made_once, run


def copied(place: Path) -> None:
    """Copy what the site is made of: nothing is written into the repository itself."""
    ignored = shutil.ignore_patterns("__pycache__", "generated", ".*_cache", ".hypothesis")
    for part in ("spec", "reference", "conformance"):
        shutil.copytree(ROOT / part, place / part, ignore=ignored)
    for file in ROOT.glob("*.md"):
        shutil.copy(file, place)


def build(source: Path, out: Path) -> CompletedProcess[str]:
    """Build a site, with warnings for errors."""
    return run(sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", source, out, cwd=source)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the built site."""

    def make(place: Path) -> None:
        copied(place)
        (place / "out").mkdir()
        built = build(place / "spec" / "docs", place / "out")
        assert (built.returncode, built.stdout, built.stderr) == (0, "", "")

    return made_once(tmp_path_factory, "site", make) / "out"


@dataclass
class Page(HTMLParser):
    """What a page of the site has: ids, links, and what a browser loads for it."""

    path: Path
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += [given[name] for name in ("src", "srcset", "data") if name in given]
        if tag == "link" and given.get("rel") not in ("search", "index", "next", "prev"):
            self.loads.append(given["href"])


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, Page]:
    """Return the site's pages."""
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def dangling(parsed: dict[Path, Page]) -> Iterator[str]:
    """Yield the links within the site that lead nowhere."""
    for path, page in parsed.items():
        for link in page.links + page.loads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
            there = target in parsed or target.is_file()
            anchor = unquote(parts.fragment)
            has_anchor = not anchor or (target in parsed and anchor in parsed[target].ids)
            if not there or not has_anchor:
                yield f"{path.name}: {link}"


def test_every_link_leads_somewhere(parsed: dict[Path, Page]) -> None:
    assert list(dangling(parsed)) == []
    assert sum(len(page.links) for page in parsed.values()) > 5_000


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<a href="#there"></a><a href="none.html"></a><p id="here"></p>')
    assert list(dangling({page: Page(page)})) == ["page.html: #there", "page.html: none.html"]


def test_nothing_is_loaded_from_elsewhere(site: Path, parsed: dict[Path, Page]) -> None:
    for page in parsed.values():
        elsewhere = [each for each in page.loads if urlsplit(each).netloc]
        assert elsewhere == [], page.path
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", text), sheet


def test_each_clause_has_its_id_for_an_anchor(site: Path, parsed: dict[Path, Page]) -> None:
    for clause in clauses().values():
        page = parsed[site / "generated" / "chapters" / f"{clause.chapter}.html"]
        assert clause.id in page.ids
        assert f"#{clause.id}" in page.links


def test_the_version_is_on_every_page(parsed: dict[Path, Page]) -> None:
    for path in parsed:
        assert f"specification {SPEC_VERSION}" in path.read_text(encoding="utf-8"), path


def test_the_line_that_obeys_a_clause_names_it(site: Path, parsed: dict[Path, Page]) -> None:
    assert citations()
    for clause, lines in citations().items():
        for line in lines:
            text = path_of(line.module).read_text(encoding="utf-8").splitlines()
            assert clause in text[line.number - 1]
            page = parsed[site / "generated" / "source" / f"{line.module}.html"]
            assert f"L-{line.number}" in page.ids


def test_a_role_for_no_clause_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path[:0] = {[str(ROOT / each) for each in ('spec', 'conformance')]}\n"
        "from bluelet_docs import ClauseRole\nextensions = ['myst_parser']\n"
        "def setup(app):\n    app.add_role('clause', ClauseRole())\n"
    )
    (tmp_path / "index.md").write_text("# Title\n\n{clause}`join.nonsense`\n")
    built = build(tmp_path, tmp_path / "out")
    assert built.returncode != 0
    assert "index.md:3: WARNING: there is no clause 'join.nonsense'" in built.stderr


def test_a_promise_that_has_lost_its_only_clause_fails_the_build(tmp_path: Path) -> None:
    copied(tmp_path)
    path = tmp_path / "spec" / "bluelet_spec" / "promises.py"
    text = path.read_text(encoding="utf-8")
    assert text.count('("run.in-one-os-thread",)') == 1
    path.write_text(text.replace('("run.in-one-os-thread",)', "()"), encoding="utf-8")
    built = build(tmp_path / "spec" / "docs", tmp_path / "out")
    assert built.returncode != 0
    assert "has no clause that holds it, and no reason for that" in built.stderr
    assert "a single thread in a single process" in built.stderr


def test_a_promise_that_names_no_clause_is_broken() -> None:
    with pytest.raises(promises.BrokenPromise, match=r"held by join\.nonsense, and there is no"):
        promises.page([Promise("Section", "It does.", ("join.nonsense",))])


def test_all_promises_are_on_their_page() -> None:
    page = promises.page()
    for promise in PROMISES:
        assert promise.text in page
    assert set(ids_in(page)) == {clause for each in PROMISES for clause in each.clauses}


def test_what_a_clause_says_is_what_its_page_says() -> None:
    chapter = next(each for each in book() if each.name == "join")
    clause = clauses()["join.after-finish"]
    before = chapters.page(chapter)
    changed = replace(clause)
    changed.__dict__["paragraphs"] = ["`join` MUST dance.", "Source: a ruling."]
    changed.__dict__["program"] = "assert bluelet.dances"
    section = replace(chapter.sections[0], clauses=(changed,))
    after = chapters.page(replace(chapter, sections=(section,)))
    assert clause.sentence in before
    assert clause.program in before
    assert "`join` MUST dance." in after
    assert "assert bluelet.dances" in after
    assert clause.sentence not in after


def test_all_of_a_clause_is_on_its_page() -> None:
    for chapter in book():
        page = chapters.page(chapter)
        for clause in chapter:
            assert f"# {clause.id}\n" in page
            for part in (clause.sentence, clause.program, clause.rationale, clause.source):
                assert part in page
            assert all(f"{{clause}}`{each}`" in page for each in clause.presupposes)
            assert all(fault.code in page for fault in faults(clause.id))


def test_every_demand_has_a_counterexample() -> None:
    without = [each.id for each in clauses().values() if not faults(each.id)]
    assert {clauses()[each].level for each in without} <= {Level.MAY}


def test_a_file_is_written_only_where_it_changes(tmp_path: Path) -> None:
    write(tmp_path, {"same.md": "a", "a/changed.md": "a", "stale.md": "a"})
    before = (tmp_path / "same.md").stat().st_mtime_ns
    write(tmp_path, {"same.md": "a", "a/changed.md": "b"})
    assert (tmp_path / "same.md").stat().st_mtime_ns == before
    assert (tmp_path / "a" / "changed.md").read_text() == "b"
    assert not (tmp_path / "stale.md").exists()


def test_published_ids_are_for_ever() -> None:
    gone = set(published()) - clauses().keys() - WITHDRAWN.keys()
    assert gone == set(), "withdraw them in bluelet_spec.WITHDRAWN, with the reason"
    new = clauses().keys() - set(published())
    assert new == set(), "publish them: python -m bluelet_docs.published"
    assert len(published()) == len(set(published()))


def test_the_book_has_every_clause_in_order() -> None:
    assert [clause.id for chapter in book() for clause in chapter] == list(clauses())


def test_the_markdown_has_a_sentence_a_line_and_is_the_same_each_time() -> None:
    text = markdown.document()
    assert text == markdown.document()
    lines = text.splitlines()
    assert f"Version {SPEC_VERSION}." in lines
    for clause in clauses().values():
        assert f"#### {clause.id}" in lines
        assert all(sentence in lines for sentence in sentences(clause.sentence))
        assert clause.program in text
    assert str(ROOT) not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("It is `x`. `y` is not.", ["It is `x`.", "`y` is not."]),
        ('He says "so." Then "no".', ['He says "so."', 'Then "no".']),
        ("It is so: `x` is.", ["It is so: `x` is."]),
        ("bluelet 0.2.0 does, e.g. this.", ["bluelet 0.2.0 does, e.g. this."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_each_implementation_has_been_judged_by_every_clause() -> None:
    assert [each.known for each in reports()] == [each for each in KNOWN if not each.unusable]
    stale = "python -m bluelet_docs.refresh judges them again"
    for report in reports():
        missing = [each for each in clauses() if report.of(each) == Verdict("not judged")]
        assert missing == [], stale
        assert report.verdicts.keys() <= clauses().keys(), stale


def test_a_report_keeps_what_lasts() -> None:
    seen = {"level": "MUST", "verdict": "fail", "seconds": 0.1, "detail": "/a/b.py: port 41234"}
    trace = [["root", number, "begins"] for number in range(100)]
    program: dict[str, list[list[str]]] = {"root": [["null"]]}
    found = Finding("kill.ready", "MUST", program, trace, "returns", 99, ["no"], "the script")
    judged = {"choices": {}, "clauses": {"x.y": seen}, "programs": {"findings": [asdict(found)]}}
    whole = {"spec": "0.1", "python": "3.11.7", "implementations": [judged]}
    kept = lasting(whole, "/a/b.py", "port 1")
    assert '"detail": "port 1: port PORT"' in kept
    assert '"python": "3.11"' in kept
    assert "seconds" not in kept
    assert "script" not in kept
    [fault] = json.loads(kept)["findings"]
    assert fault["seen"][-1] == "root 99 begins"
    assert len(fault["seen"]) < 20


def test_the_index_has_what_its_script_filters_by() -> None:
    page = tables.index_page()
    for clause in clauses().values():
        row = f'<tr data-chapter="{clause.chapter}" data-level="{clause.level}" data-verdicts='
        assert row in page
    script = (ROOT / "spec" / "docs" / "_static" / "clauses.js").read_text(encoding="utf-8")
    for name in ("chapter", "level", "verdicts"):
        assert name in script
