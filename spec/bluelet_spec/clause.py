"""Clauses: one function is one sentence of the specification and the program that shows it.

A chapter is a module, or a package whose modules are its sections. A clause is a function in it,
made into a `Clause` by one of three decorators that give its level:

- `must`: what bluelet's README promises, or what every program written for it relies on;
- `should`: what a port that people can trust does as well;
- `may`: a free choice. The function returns which way an implementation went.

Everything else is read from the function, so that text and check cannot drift apart. The id is the
chapter's name and the function's, `join.after-finish`. The docstring's first paragraph is the
normative sentence; its last, after "Source:", says where the sentence comes from; what stands
between is the reason. The body is the check: it takes an implementation, runs a small program on
it, and judges what the program did *after* `run` has returned, because an assertion inside a
thread proves nothing where the thread never ran.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias

Implementation: TypeAlias = Any
"""An object, usually a module, with bluelet's names: `run`, `spawn`, `call` and the rest."""

Check: TypeAlias = Callable[[Implementation], object]
"""The body of a clause: raises where the clause does not hold, returns a choice for a `may`."""


FIRST = "run.drives-root"
"""The clause that all others presuppose: where `run` runs nothing, there is nothing to judge."""


README_NAMES = frozenset(
    {
        *("run", "call", "spawn", "join", "kill", "end", "sleep", "null"),
        *("connect", "server", "Listener"),
    }
)
"""The names that bluelet's README mentions, so that every implementation has them."""


NAMES = README_NAMES | {
    *("Connection", "SocketClosedError", "read", "write", "Event", "WaitableEvent"),
}
"""All names of an implementation that clauses use."""


README_METHODS = frozenset(
    {
        *("Connection.recv", "Connection.readline", "Connection.send", "Connection.sendall"),
        "Listener.accept",
    }
)
"""The methods that the README mentions; what it calls a connection is `Connection` here."""


METHODS = frozenset({"Connection.close", "Listener.close"})
"""The methods that clauses use and the README does not mention.

A clause that uses one names it in its decorator. What the README does not mention binds the
implementations that have it: where the name or the method is missing, the clause is *unsupported*.
"""


UNSTEADY = "not the same each time"
"""What is told instead of a choice, where an implementation takes now one and then another."""


class Level(StrEnum):
    """How much a clause demands."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True)
class Clause:
    """One sentence of the specification, with its check."""

    check: Check
    level: Level
    presupposes: tuple[str, ...] = ()
    """Ids of clauses without which this one cannot be judged."""
    choices: tuple[str, ...] = ()
    """For a `may`, what the check can return."""
    methods: tuple[str, ...] = ()
    """Those of `METHODS` without which there is nothing to judge."""

    def __call__(self, implementation: Implementation) -> object:
        """Run the check on `implementation`.

        Raises:
            AssertionError: the clause does not hold; other exceptions mean the same.
        """
        return self.check(implementation)

    @cached_property
    def chapter(self) -> str:
        """The name of the chapter, `join`."""
        return self.check.__module__.partition(".chapters.")[2].partition(".")[0]

    @cached_property
    def id(self) -> str:
        """The permanent name, `join.after-finish`."""
        return f"{self.chapter}.{self.check.__name__.replace('_', '-')}"

    @cached_property
    def paragraphs(self) -> list[str]:
        """The docstring's paragraphs, each on one line."""
        doc = inspect.getdoc(self.check) or ""
        return [" ".join(paragraph.split()) for paragraph in doc.split("\n\n")]

    @property
    def sentence(self) -> str:
        """The normative text."""
        return self.paragraphs[0]

    @property
    def rationale(self) -> str:
        """Why the clause is as it is; paragraphs are separated by an empty line, often none."""
        return "\n\n".join(self.paragraphs[1:-1])

    @property
    def source(self) -> str:
        """Where the clause comes from."""
        return self.paragraphs[-1].removeprefix("Source: ")

    @property
    def path(self) -> Path:
        """The file of the chapter, or of the section, that it stands in."""
        return Path(self.check.__code__.co_filename)

    @cached_property
    def program(self) -> str:
        """The body of the check as it stands in the chapter, without the docstring."""
        return textwrap.dedent(written(self.path, *self._definition.body[1:]))

    @cached_property
    def needs(self) -> frozenset[str]:
        """The names, and those of `METHODS`, that the check uses of an implementation."""
        return frozenset(self.methods).union(
            node.attr
            for node in ast.walk(self._definition)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "bluelet"
        )

    @cached_property
    def draws(self) -> frozenset[str]:
        """The names of the data that the check draws at random, by `for_any`; mostly none."""
        return frozenset(
            keyword.arg
            for node in ast.walk(self._definition)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "for_any"
            for keyword in node.keywords
            if keyword.arg
        )

    @property
    def _definition(self) -> ast.FunctionDef:
        return _definitions(self.path)[self.check.__name__]


def written(path: Path, *statements: ast.stmt) -> str:
    """Return statements that follow one another as they stand in a file, decorators too."""
    first = statements[0]
    decorators = first.decorator_list if isinstance(first, ast.FunctionDef | ast.ClassDef) else []
    begins = min([first.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(
        path.read_text(encoding="utf-8").splitlines()[begins - 1 : statements[-1].end_lineno]
    )


@cache
def statements(path: Path) -> list[ast.stmt]:
    """Return what stands in a module at the top."""
    return ast.parse(path.read_text(encoding="utf-8")).body


@cache
def _definitions(path: Path) -> dict[str, ast.FunctionDef]:
    """Return the functions at the top of a module, by name."""
    return {node.name: node for node in statements(path) if isinstance(node, ast.FunctionDef)}


def must(*presupposes: str, methods: tuple[str, ...] = ()) -> Callable[[Check], Clause]:
    """Make a clause that every bluelet obeys.

    `presupposes` are ids of other clauses; `methods` are those of `METHODS` that it is about.
    """
    return _maker(Level.MUST, presupposes, (), methods)


def should(*presupposes: str, methods: tuple[str, ...] = ()) -> Callable[[Check], Clause]:
    """Make a clause that a trustworthy bluelet obeys; the arguments are those of `must`."""
    return _maker(Level.SHOULD, presupposes, (), methods)


def may(
    *choices: str, presupposes: tuple[str, ...] = (), methods: tuple[str, ...] = ()
) -> Callable[[Check], Clause]:
    """Make a clause that leaves a choice: its check returns the one of `choices` it saw taken."""
    return _maker(Level.MAY, presupposes, choices, methods)


def _maker(
    level: Level, presupposes: tuple[str, ...], choices: tuple[str, ...], methods: tuple[str, ...]
) -> Callable[[Check], Clause]:
    def made(check: Check) -> Clause:
        return Clause(check, level, _on_top_of(presupposes, check), choices, methods)

    return made


def _on_top_of(presupposes: tuple[str, ...], check: Check) -> tuple[str, ...]:
    """Let every clause that presupposes nothing else presuppose the first one."""
    is_first = check.__name__ == FIRST.partition(".")[2].replace("-", "_")
    return () if is_first else presupposes or (FIRST,)
