"""A clause's program, made to run by itself: what a report gives to see a failure again.

In its chapter the program stands on the chapter's imports, and on functions that several clauses
share. Here it gets those that it uses, and the implementation by its name.
"""

from __future__ import annotations

import ast
import textwrap
from functools import cache
from pathlib import Path

from bluelet_spec import Clause, Level
from bluelet_spec.clause import written


def reproduction(clause: Clause, implementation: str) -> str:
    """Return a Python file that runs the program of `clause` on an implementation, by its name."""
    program = clause.program
    if clause.level == Level.MAY:  # It returns its choice.
        program = f"def choice():\n{textwrap.indent(program, '    ')}\n\n\nprint(choice())"
    statements = _statements(clause.path)
    needed = _names(ast.parse(program))
    chosen: list[ast.stmt] = []
    while more := [one for one in statements if one not in chosen and _defines(one) & needed]:
        chosen += more
        needed = needed.union(*(_names(one) for one in more if not _is_import(one)))
    imports = [_narrowed(one, needed) for one in statements if one in chosen and _is_import(one)]
    helpers = [
        written(clause.path, one) for one in statements if one in chosen and not _is_import(one)
    ]
    resolved = "from bluelet_conformance.registry import resolve"
    return "\n\n".join(
        [
            "\n".join([*imports, resolved]),
            f"bluelet = resolve([{implementation!r}])[0].load()",
            *(f"\n{helper}\n" for helper in helpers),
            program,
        ]
    )


@cache
def _statements(path: Path) -> list[ast.stmt]:
    """Return what stands in a chapter at the top."""
    return ast.parse(path.read_text(encoding="utf-8")).body


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _names(tree: ast.AST) -> set[str]:
    """Return the names that occur in `tree`."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _defines(statement: ast.stmt) -> set[str]:
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
