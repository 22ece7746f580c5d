"""The JSON report: every verdict of a run, for tools.

The format is a contract, with a version of its own. See CONTRIBUTING for its fields.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bluelet_spec import SPEC_VERSION, Level, clauses

from bluelet_conformance.judge import Judgement, Verdict

FORMAT = 1
"""The version of the report's format."""


class Result:
    """All that a run found out about one implementation."""

    def __init__(self, name: str, origin: str, version: str) -> None:
        self.name = name
        self.origin = origin
        self.version = version
        self._found: dict[str, Judgement] = {}

    def add(self, judgement: Judgement) -> None:
        """Add a verdict; they may come in any order."""
        self._found[judgement.clause] = judgement

    @property
    def judgements(self) -> dict[str, Judgement]:
        """The verdicts by clause, in the order of the specification."""
        return {clause: self._found[clause] for clause in clauses() if clause in self._found}

    def unmet(self, level: Level) -> list[Judgement]:
        """Return the clauses of `level` that were judged and are not met."""
        return [
            judgement
            for judgement in self.judgements.values()
            if judgement.level == level and judgement.verdict != Verdict.PASS
        ]

    def choices(self) -> dict[str, str]:
        """Return which way the implementation went where it was free to."""
        found = self.judgements.items()
        return {clause: judgement.choice for clause, judgement in found if judgement.choice}

    def is_complete(self) -> bool:
        """Return whether every clause of the specification was judged."""
        return self.judgements.keys() == clauses().keys()

    def is_conformant(self, strict: bool) -> bool:
        """Return whether every MUST was judged and is met; if `strict`, every SHOULD too."""
        levels = [Level.MUST, Level.SHOULD] if strict else [Level.MUST]
        met = {one.clause for one in self._found.values() if one.verdict == Verdict.PASS}
        return all(clause.id in met for clause in clauses().values() if clause.level in levels)


def as_json(results: Iterable[Result], strict: bool) -> dict[str, Any]:
    """Return the report on `results` as what JSON can hold."""
    return {
        "format": FORMAT,
        "spec": SPEC_VERSION,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "strict": strict,
        "implementations": [
            {
                "name": result.name,
                "origin": result.origin,
                "version": result.version,
                "conformant": result.is_conformant(strict),
                "clauses": {
                    clause: {
                        "level": judgement.level,
                        "verdict": judgement.verdict,
                        "seconds": judgement.seconds,
                        "detail": judgement.detail,
                    }
                    for clause, judgement in result.judgements.items()
                },
                "choices": result.choices(),
            }
            for result in results
        ],
    }


def write(path: Path, results: Iterable[Result], strict: bool) -> None:
    """Write the report to `path`.

    Raises:
        OSError: it cannot be written there.
    """
    path.write_text(json.dumps(as_json(results, strict), indent=2) + "\n")
