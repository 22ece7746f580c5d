"""What a clause's program stands on: its chapter's imports, and functions that clauses share.

In its chapter the program has all of that around it. Whoever shows it elsewhere, or runs it by
itself, needs what it uses, directly or through what it uses, and no more.
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass

from bluelet_spec.clause import Clause, statements, written


@dataclass(frozen=True)
class Surroundings:
    """What a program stands on."""

    imports: tuple[str, ...]
    """Import statements, with the names alone that are needed."""
    helpers: tuple[str, ...]
    """Functions, classes and constants of the chapter, as they stand there and in that order."""


def surroundings(clause: Clause) -> Surroundings:
    """Return what the program of `clause` stands on."""
    tops = statements(clause.path)
    # As the body of a function, for it may have a `return`.
    needed = _names(ast.parse("def program():\n" + textwrap.indent(clause.program, "    ")))
    chosen: list[ast.stmt] = []
    while more := [one for one in tops if one not in chosen and defines(one) & needed]:
        chosen += more
        needed = needed.union(*(_names(one) for one in more if not _is_import(one)))
    kept = [one for one in tops if one in chosen]
    return Surroundings(
        tuple(_narrowed(one, needed) for one in kept if _is_import(one)),
        tuple(written(clause.path, one) for one in kept if not _is_import(one)),
    )


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _names(tree: ast.AST) -> set[str]:
    """Return the names that occur in `tree`."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def defines(statement: ast.stmt) -> set[str]:
    """Return the names that a statement gives a meaning."""
    match statement:
        case ast.Import(names) | ast.ImportFrom(names=names):
            return {name.asname or name.name for name in names}
        case ast.FunctionDef(name) | ast.ClassDef(name):
            return {name}
        case ast.Assign(targets):
            return set().union(*(_names(target) for target in targets))
        case ast.AnnAssign(target):
            return _names(target)
    return set()


def _narrowed(statement: ast.stmt, needed: set[str]) -> str:
    """Return an import without the names that are not needed."""
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    names = [name for name in statement.names if (name.asname or name.name) in needed]
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import(names))
    return ast.unparse(ast.ImportFrom(statement.module, names, statement.level))
