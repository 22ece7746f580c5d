"""The list of published ids, `spec/docs/published.txt`: a clause's id is an address for ever.

    python -m bluelet_docs.published

adds the clauses that are not in it yet. Nothing is ever taken out of it.
"""

from __future__ import annotations

import argparse

from bluelet_spec import clauses

from bluelet_docs.known import ROOT

PUBLISHED = ROOT / "spec" / "docs" / "published.txt"


def published() -> list[str]:
    """Return the ids in the list."""
    lines = PUBLISHED.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def publish() -> list[str]:
    """Add the ids that are not in the list; return them."""
    new = [clause for clause in clauses() if clause not in published()]
    with PUBLISHED.open("a", encoding="utf-8") as file:
        file.writelines(f"{clause}\n" for clause in new)
    return new


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m bluelet_docs.published",
        description="Add the clauses that are not in spec/docs/published.txt yet, and say which.",
    ).parse_args()
    print("\n".join(publish()) or "all clauses are in the list already")
