"""What fails a run: a clause that is demanded and not met, and not known not to be.

The levels say what is demanded. The file of known failures works both ways: it allows for what
it says, and objects to what is otherwise. The outcome of each test and the exit status of the run
both follow from these rules, so they cannot differ.
"""

from __future__ import annotations

from bluelet_conformance.expectations import Expectations
from bluelet_conformance.judging.verdicts import NOT_RUN, Judgement, Verdict
from bluelet_conformance.programs.findings import Exploration, Finding
from bluelet_conformance.reports import Result, demanded


class Rules:
    """The rules of one run."""

    def __init__(self, expected: Expectations, strict: bool) -> None:
        self.strict = strict
        self.expected = expected
        self._levels = demanded(strict)

    def fail(self, result: Result) -> bool:
        """Return whether a clause is not met that neither a level nor the file allows for."""
        return any(
            any(map(self.is_not_met, result.failing(level)))
            or any(map(self._is_new, result.findings(level)))
            or result.unjudged(level)
            for level in self._levels
        ) or bool(result.losses())

    def is_not_met(self, judgement: Judgement) -> bool:
        """Return whether a clause is not met, and the file does not allow for that."""
        met = judgement.verdict in (Verdict.PASS, Verdict.UNSUPPORTED)
        return not met and not self.expected.allows(judgement)

    def says_anything(self, result: Result) -> bool:
        """Return whether a clause was judged, and not merely passed over."""
        ran = result.exploration is not None and result.exploration.programs > 0
        return ran or any(
            judgement.verdict not in NOT_RUN or judgement.clause in self.expected.verdicts
            for judgement in result.judgements.values()
        )

    def objection(self, judgement: Judgement) -> str:
        """Return what a verdict has against the file; of what need not be met, only entries say."""
        if judgement.hindrance:
            return ""
        if judgement.clause in self.expected.verdicts or judgement.level in self._levels:
            return self.expected.objection(judgement)
        return ""

    def excuse(self, found: Exploration) -> str:
        """Return why faults that programs showed do not fail the run; nothing, if they do."""
        new = [each for each in found.findings.values() if self._is_new(each)]
        if found.lost or not found.findings or any(each.level in self._levels for each in new):
            return ""
        return "SHOULD not met" if new else f"expected: {', '.join(found.findings)}"

    def _is_new(self, finding: Finding) -> bool:
        return finding.clause not in {*self.expected.verdicts, *self.expected.programs}
