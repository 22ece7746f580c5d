"""The report for tools, JSON. Its format is a contract, with a version of its own.

`report.schema.json` describes it. Two runs of the same port give the same report but for
`seconds`, as far as the port does the same thing twice.
"""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from typing import Any

from bluelet_spec import SPEC_VERSION, Level, clauses

from bluelet_conformance.reports.changes import FORMAT
from bluelet_conformance.reports.count import DEMANDING
from bluelet_conformance.reports.result import Report, Result


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as what JSON can hold."""
    return {
        "format": FORMAT,
        "spec": SPEC_VERSION,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "strict": report.strict,
        "implementations": [
            {
                "name": result.name,
                "origin": result.origin,
                "version": result.version,
                "conformant": result.is_conformant(report.strict),
                "counts": {level: _counts(result, level) for level in DEMANDING},
                "clauses": {
                    clause: {
                        "level": judgement.level,
                        "verdict": judgement.verdict,
                        "seconds": judgement.seconds,
                        "detail": judgement.detail,
                        **({"flaky": result.flaky[clause]} if clause in result.flaky else {}),
                    }
                    for clause, judgement in result.judgements.items()
                },
                "choices": result.choices(),
                **({"programs": result.exploration.as_json()} if result.exploration else {}),
            }
            for result in report.results
        ],
    }


def _counts(result: Result, level: Level) -> dict[str, int]:
    """Return how many clauses of a level are what; together they are all that there are."""
    counted = asdict(result.count(level))
    del counted["by_programs"]
    total = sum(clause.level == level for clause in clauses().values())
    return {**counted, "not_judged": total - sum(counted.values())}


def render(report: Report) -> str:
    """Return the file's text."""
    return json.dumps(as_json(report), indent=2) + "\n"
