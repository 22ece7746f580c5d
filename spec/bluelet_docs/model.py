"""The page of the model: `spec/docs/model.md` with links to clauses, and a picture of its states.

That file is made by `bluelet_spec.model.exercising`, which has to run programs for it.
"""

from __future__ import annotations

import re

from bluelet_spec import clauses

from bluelet_docs.diagram import picture
from bluelet_docs.known import ROOT
from bluelet_docs.markup import ids_in, linked, listed

MODEL = ROOT / "spec" / "docs" / "model.md"

_RULE = re.compile(r"```python\n(?P<source>.*?)\n```\n", re.DOTALL)
_QUOTED = re.compile(r"`([a-z.0-9-]+)`")


def page() -> str:
    """Return the page, as Markdown."""
    text = MODEL.read_text(encoding="utf-8")
    before, heading, after = text.partition("## Its rules\n")
    rules, table, programs = after.partition("## Programs that exercise the rules\n")
    rules = _RULE.sub(_with_links, rules)
    states = f"## A thread's states\n\n{picture()}\n\n"
    return f"{before}{states}{heading}{rules}{table}{_QUOTED.sub(_as_link, programs)}"


def _with_links(rule: re.Match[str]) -> str:
    """Return a rule with the clauses that it names, for code has no links."""
    named = ids_in(rule["source"])
    return rule[0] + (f"\nClauses: {listed(named)}.\n" if named else "")


def _as_link(quoted: re.Match[str]) -> str:
    return linked(quoted[1]) if quoted[1] in clauses() else quoted[0]
