"""The specification, as it is imported where it is judged by.

The assertions in it are rewritten by pytest, so that a failure shows the values in it, and
explained in the suite's own words. The first of the clauses that draw their data would load much of
Hypothesis; so that is done here, once for all.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import Any


def open_it() -> None:
    """Import the whole specification into this process."""
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{os.devnull}/none"  # It would leave files.
    with suppress(ImportError, AttributeError, TypeError):
        _rewrite_assertions()
    from bluelet_spec import clauses
    from bluelet_spec.probe import for_any
    from hypothesis import strategies

    from bluelet_conformance.judging import checking, failures, forkserver  # noqa: F401

    clauses()
    _draw_the_same_everywhere()
    failures.explain_assertions()
    some = strategies.lists(strategies.integers(0, 9)), strategies.binary()
    for_any(numbers=some[0], data=some[1])(lambda numbers, data: None)()


def _rewrite_assertions() -> None:
    """Let pytest rewrite the assertions of the chapters when they are imported.

    Its hook takes a whole configuration of pytest's, of which it needs next to nothing.
    """
    from _pytest.assertion import rewrite
    from _pytest.stash import Stash

    config: Any = SimpleNamespace(getini=lambda name: [], stash=Stash())
    config.stash[rewrite.assertstate_key] = SimpleNamespace(trace=lambda message: None)
    hook = rewrite.AssertionRewritingHook(config)
    hook.mark_rewrite("bluelet_spec.chapters")
    sys.meta_path.insert(0, hook)


def _draw_the_same_everywhere() -> None:
    """Have Hypothesis draw the same examples whatever else this process has imported.

    It would try constants, too, that it finds in the source of modules that are not installed but
    the user's own; a verdict would depend on them, and to look for them takes longer than to judge.
    There is no setting for that; so this is done only where what it is done to is there.
    """
    with suppress(ImportError, AttributeError):
        from hypothesis.internal.conjecture import providers
        from hypothesis.internal.constants_ast import Constants

        none = Constants()
        providers._get_local_constants = lambda: none
