"""Tests of the specification's shape: that every clause has what a clause is made of."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import pytest
from bluelet_spec import ORDER, WITHDRAWN, Clause, Level, clauses
from bluelet_spec.promises import PROMISES


def folder(package: str) -> Path:
    """Return where a package's modules are, without importing it."""
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


CLAUSES = list(clauses().values())
CHAPTERS = folder("bluelet_spec.chapters")
REFERENCE = folder("bluelet_reference")


def ids(those: Iterator[Clause]) -> list[str]:
    """Return the ids of some clauses."""
    return [clause.id for clause in those]


def free_choices() -> set[str]:
    """Return the ids of the clauses that leave a choice."""
    return {clause.id for clause in CLAUSES if clause.level == Level.MAY}


# Promises.


def test_every_promise_names_clauses_or_says_why_not() -> None:
    assert [
        promise for promise in PROMISES if bool(promise.clauses) == bool(promise.out_of_scope)
    ] == []


def test_promises_name_clauses_that_exist() -> None:
    named = {clause for promise in PROMISES for clause in promise.clauses}

    assert named - clauses().keys() == set()


def test_no_promise_rests_on_a_free_choice() -> None:
    named = {clause for promise in PROMISES for clause in promise.clauses}

    assert named & free_choices() == set()


def test_no_promise_is_written_twice() -> None:
    texts = [(promise.section, promise.text) for promise in PROMISES]

    assert len(set(texts)) == len(texts)


def test_what_comes_from_the_readme_holds_a_promise_of_it() -> None:
    """Since every `must` comes from the README, as tested below, each of them holds a promise."""
    held = {clause for promise in PROMISES for clause in promise.clauses}

    from_readme = (clause for clause in CLAUSES if clause.source.startswith("README"))
    assert [clause for clause in ids(from_readme) if clause not in held] == []


# Clauses.


def test_a_must_comes_from_the_readme() -> None:
    musts = (clause for clause in CLAUSES if clause.level == Level.MUST)

    assert ids(clause for clause in musts if not clause.source.startswith("README")) == []


def test_the_sentence_has_the_word_of_its_level_once_and_no_other() -> None:
    words = {clause.id: re.findall(r"\b(MUST|SHOULD|MAY)\b", clause.sentence) for clause in CLAUSES}

    assert ids(clause for clause in CLAUSES if words[clause.id] != [clause.level]) == []


NEGATED = re.compile(r"(?:\w+ ){0,3}?(?:no|none|nothing|nobody|neither|never) ", re.IGNORECASE)
APART = re.compile(
    r"[,:;] | (?:that|what|who|whom|whose|which|where|when|while|if) ", re.IGNORECASE
)


def test_nothing_is_negated_before_the_word_of_the_level() -> None:
    """For "no coroutine of it MUST run again" reads as "need not".

    What is negated in a clause of its own, as in "who is not killed MUST", is another thing.
    """
    before = {clause.id: clause.sentence.split(f" {clause.level}")[0] for clause in CLAUSES}
    subjects = {id: APART.split(" " + text)[0].strip() + " " for id, text in before.items()}
    last = {id: APART.split(" " + text)[-1].strip() + " " for id, text in before.items()}
    after_a_comma = {id for id, text in before.items() if re.search(r", (?:no|none|nobody) ", text)}

    assert [id for id, text in subjects.items() if NEGATED.match(text)] == []
    assert [id for id, text in last.items() if id in after_a_comma and NEGATED.match(text)] == []


def test_the_normative_text_is_one_sentence() -> None:
    without_code = {clause.id: re.sub(r"`[^`]*`", "`", clause.sentence) for clause in CLAUSES}

    assert [id for id, text in without_code.items() if not re.fullmatch(r"[^.]+\.", text)] == []


def test_the_last_paragraph_says_where_the_clause_comes_from() -> None:
    source = re.compile(r"Source: (README|ruling|observed)\b.*[.\"]")

    assert ids(clause for clause in CLAUSES if not source.fullmatch(clause.paragraphs[-1])) == []
    assert ids(clause for clause in CLAUSES if len(clause.paragraphs) < 2) == []


def test_clauses_presuppose_clauses_that_exist() -> None:
    presupposed = {other for clause in CLAUSES for other in clause.presupposes}

    assert presupposed - clauses().keys() == set()


def test_no_clause_presupposes_itself_however_indirectly() -> None:
    TopologicalSorter({clause.id: clause.presupposes for clause in CLAUSES}).prepare()


def test_a_must_presupposes_nothing_less() -> None:
    """Else an implementation that leaves out the lesser clause could not meet the greater."""
    pairs = [
        (clause.id, other)
        for clause in CLAUSES
        for other in clause.presupposes
        if clause.level == Level.MUST and clauses()[other].level != Level.MUST
    ]

    assert pairs == []


def test_nothing_presupposes_a_free_choice() -> None:
    presupposed = {other for clause in CLAUSES for other in clause.presupposes}

    assert presupposed & free_choices() == set()


def test_free_choices_have_several_choices_and_other_clauses_none() -> None:
    numbers = {clause: len(set(clause.choices)) for clause in CLAUSES}

    free = (clause for clause in CLAUSES if clause.level == Level.MAY)
    assert ids(clause for clause in free if numbers[clause] < 2) == []
    others = (clause for clause in CLAUSES if clause.level != Level.MAY)
    assert ids(clause for clause in others if numbers[clause] > 0) == []


def test_a_counterexample_has_one_program_that_it_can_belong_to() -> None:
    for clause in clauses().values():
        programs = clause.program.count("@for_any(")
        assert programs == (1 if clause.draws else 0), clause.id


def test_no_withdrawn_id_is_used() -> None:
    assert WITHDRAWN.keys() & clauses().keys() == set()


# Chapters.


PACKAGES = ["bluelet_spec.chapters"] + [
    f"bluelet_spec.chapters.{path.parent.name}" for path in sorted(CHAPTERS.glob("*/__init__.py"))
]
TEXTS = sorted(set(CHAPTERS.rglob("*.py")) - {CHAPTERS / "__init__.py"})

in_every_text = pytest.mark.parametrize(
    "path", TEXTS, ids=lambda path: str(path.relative_to(CHAPTERS))
)


@pytest.mark.parametrize("name", PACKAGES)
def test_the_order_names_the_chapters_or_sections_that_there_are(name: str) -> None:
    package = import_module(name)
    modules = [module.name for module in iter_modules(package.__path__)]

    assert sorted(package.ORDER) == modules


def test_a_clause_is_of_the_chapter_that_its_section_belongs_to() -> None:
    [clause] = (clause for clause in CLAUSES if clause.id == "recv.end-of-stream")

    assert clause.chapter == "recv"
    assert clause.path == CHAPTERS / "recv" / "stream.py"
    assert clause.program.startswith("data: list[bytes] = []")


def test_two_clauses_of_one_id_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chapter = tmp_path / "twofold"
    chapter.mkdir()
    (chapter / "__init__.py").write_text('ORDER = ("one", "other")')
    for section in ("one", "other"):
        (chapter / f"{section}.py").write_text(CLAUSE)
    monkeypatch.setattr("bluelet_spec.chapters.__path__", [str(tmp_path)])
    monkeypatch.setattr("bluelet_spec.chapters.ORDER", ("twofold",))

    with pytest.raises(ValueError, match=r"two clauses are twofold\.waits: in .*one.*other"):
        clauses.__wrapped__()


CLAUSE = """
from bluelet_spec.clause import must

@must()
def waits(bluelet):
    pass
"""


@in_every_text
def test_a_text_opens_with_its_theory_and_has_clauses_only(path: Path) -> None:
    module = ast.parse(path.read_text())
    functions = [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
    public = [name for name in functions if not name.startswith("_")]

    assert ast.get_docstring(module)
    assert public == [clause.check.__name__ for clause in CLAUSES if clause.path == path]


@in_every_text
def test_a_program_is_judged_outside_of_its_threads(path: Path) -> None:
    module = ast.parse(path.read_text())
    checks = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    threads = [
        node
        for check in checks
        for node in ast.walk(check)
        if is_function(node) and node is not check
    ]

    assert [
        line(node)
        for thread in threads
        for node in ast.walk(thread)
        if isinstance(node, ast.Assert)
    ] == []


@in_every_text
def test_an_assertion_shows_nothing_that_varies_between_runs(path: Path) -> None:
    """Times, and sets of strings in their random order, would stand in the report with it."""
    module = ast.parse(path.read_text())
    shown = [
        node
        for statement in ast.walk(module)
        if isinstance(statement, ast.Assert)
        for node in ast.walk(statement.test)
    ]

    assert [
        line(node)
        for node in shown
        if isinstance(node, ast.Set | ast.Dict | ast.SetComp | ast.DictComp)
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in ("set", "dict", "id"))
    ] == []


@in_every_text
def test_no_program_sleeps_by_itself(path: Path) -> None:
    module = ast.parse(path.read_text())
    sleeps = [
        line(node)
        for node in ast.walk(module)
        if (isinstance(node, ast.Attribute) and ast.unparse(node) == "time.sleep")
        or (isinstance(node, ast.alias) and node.name == "sleep")
    ]

    assert sleeps == []


def is_function(node: ast.AST) -> bool:
    """Return whether a node defines a function."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def line(node: ast.stmt | ast.expr | ast.alias) -> int:
    """Return the line that a node is on."""
    return node.lineno


# The packages around the chapters.


@pytest.mark.parametrize("path", sorted(REFERENCE.rglob("*.py")), ids=lambda path: path.name)
def test_the_reference_names_clauses_that_exist(path: Path) -> None:
    mention = re.compile(rf"(?<![\w.])(?:{'|'.join(ORDER)})\.(?!py\b)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
    mentioned = {id for text in prose(path) for id in mention.findall(text)}

    assert mentioned - clauses().keys() == set()


def prose(path: Path) -> Iterator[str]:
    """Yield the comments and docstrings of a module."""
    source = path.read_text()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def test_the_specification_imports_no_other_package_of_ours() -> None:
    found = imports(folder("bluelet_spec"))

    assert "ast" in found
    assert found & {"bluelet_reference", "bluelet_conformance"} == set()


def test_the_reference_imports_the_standard_library_only() -> None:
    found = imports(REFERENCE)

    assert "collections" in found
    assert found - sys.stdlib_module_names == {"bluelet_reference"}


def imports(package: Path) -> set[str]:
    """Return the top-level packages that the modules of a package import, anywhere in them."""
    found: set[str] = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module if node.module and not node.level else package.name)
    return {name.partition(".")[0] for name in found}
