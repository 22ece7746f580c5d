"""What is kept of the faults that programs show, in pytest's cache, from one run to the next.

That is two things: for each fault a file that shows it by itself, and by implementation the
programs that showed one, for the next run to begin with.

A run goes on without either. There may be no cache, or no place for it: a directory that cannot be
written to, a full disk, something else where a file should be. pytest says so of its own cache by a
warning; so does this, once, and no file is told of that is not there.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

import pytest
from bluelet_spec.programs.language import Program

from bluelet_conformance.judging.printable import visible
from bluelet_conformance.programs.findings import Exploration
from bluelet_conformance.reports import targets

_REMEMBERED = 20
"""How many programs are remembered that showed a fault once, and show none now."""


class Keeper:
    """What is kept of one implementation."""

    def __init__(self, config: pytest.Config, name: str) -> None:
        self._cache: pytest.Cache | None = getattr(config, "cache", None)
        self._key = f"bluelet/programs/{quote(name, safe='')}"
        self._known: list[Program] = []

    def known(self) -> list[Program]:
        """Return the programs that showed a fault in an earlier run."""
        kept = self._cache.get(self._key, []) if self._cache else []
        self._known = []
        for each in kept if isinstance(kept, list) else []:
            with suppress(ValueError, RecursionError):  # Another version may have kept it.
                self._known.append(Program.from_json(each))
        return self._known

    def keep(self, exploration: Exploration) -> str:
        """Keep what was found, and note in it where the files are; return what went wrong.

        Raises:
            pytest.PytestCacheWarning: pytest could not write either, and warnings are errors.
        """
        if self._cache is None:
            return ""
        wrong = self._write_scripts(self._cache, exploration)
        found = [each.as_program() for each in exploration.findings.values()]
        to_keep = found + [each for each in self._known if each not in found][:_REMEMBERED]
        is_hopeless = wrong and not exploration.scripts
        if to_keep != self._known and not is_hopeless:
            self._cache.set(self._key, [each.as_json() for each in to_keep])
        return wrong

    def _write_scripts(self, cache: pytest.Cache, exploration: Exploration) -> str:
        failed: list[OSError] = []
        for finding in exploration.findings.values():
            try:
                script = cache.mkdir("bluelet-programs") / f"{finding.clause}.py"
                targets.replace(script, visible(finding.script).encode())
                exploration.scripts[finding.clause] = str(script)
            except OSError as error:
                failed.append(error)
        if not failed:
            return ""
        number = f"{len(failed)} of {len(exploration.findings)}"
        return f"could not write {number} files that show a fault by themselves: {failed[0]}"
