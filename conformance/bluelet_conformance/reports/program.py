"""A clause's program, made to run by itself: what a report gives to see a failure again.

In its chapter the program stands on the chapter's imports, and on functions that several clauses
share. Here it gets those that it uses, and the implementation by its name.
"""

from __future__ import annotations

import textwrap

from bluelet_spec import Clause, Level
from bluelet_spec.surroundings import surroundings


def reproduction(clause: Clause, implementation: str) -> str:
    """Return a Python file that runs the program of `clause` on an implementation, by its name."""
    program = clause.program
    if clause.level == Level.MAY:  # It returns its choice.
        program = f"def choice():\n{textwrap.indent(program, '    ')}\n\n\nprint(choice())"
    around = surroundings(clause)
    resolved = "from bluelet_conformance.judging.registry import resolve"
    return "\n\n".join(
        [
            "\n".join([*around.imports, resolved]),
            f"bluelet = resolve([{implementation!r}])[0].load()",
            *(f"\n{helper}\n" for helper in around.helpers),
            program,
        ]
    )
