"""The specification as a book: chapters, their sections, and the clauses in them, in order.

The theory of a chapter or section is its module's docstring, which is Markdown. Its words are
nowhere else, so a page or a file that is made of this cannot say anything but the clauses.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from bluelet_spec import ORDER, Clause

CHAPTERS = "bluelet_spec.chapters"

_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'(`A-Z])|(?<=[.!?][\"')])\s+(?=[\"'(`A-Z])")


@dataclass(frozen=True)
class Section:
    """A module of clauses: a chapter's section, or all of a chapter that has none."""

    title: str
    """Its name, for people; nothing where it is the chapter itself."""
    theory: str
    """What stands before its clauses, as Markdown; nothing where it is the chapter's."""
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter."""

    name: str
    theory: str
    """What it is about, as Markdown."""
    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Clause]:
        """Yield its clauses."""
        for section in self.sections:
            yield from section.clauses

    @property
    def summary(self) -> str:
        """What it is about, in a sentence."""
        return sentences(self.theory.partition("\n\n")[0])[0]


@cache
def book() -> tuple[Chapter, ...]:
    """Return the chapters in order."""
    return tuple(_chapter(name) for name in ORDER)


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    return _END_OF_SENTENCE.split(" ".join(text.split()))


def _chapter(name: str) -> Chapter:
    module = import_module(f"{CHAPTERS}.{name}")
    sections = [Section("", "", _clauses(module))] if _clauses(module) else []
    for part in getattr(module, "ORDER", ()):
        within = import_module(f"{module.__name__}.{part}")
        title = part.replace("_", " ").capitalize()
        sections.append(Section(title, _theory(within), _clauses(within)))
    return Chapter(name, _theory(module), tuple(sections))


def _theory(module: ModuleType) -> str:
    return inspect.getdoc(module) or ""


def _clauses(module: ModuleType) -> tuple[Clause, ...]:
    return tuple(value for value in vars(module).values() if isinstance(value, Clause))
