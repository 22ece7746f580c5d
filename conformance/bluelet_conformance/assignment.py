"""What a run is told to do: read from the options, and found to be possible before anything runs.

Whatever is wrong with the options is a `UsageError`, in one sentence, so that nobody waits for a
run whose report cannot be written, or whose file of known failures cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bluelet_conformance import expectations, options, reports
from bluelet_conformance.expectations import Expectations
from bluelet_conformance.expectations.recording import Recording
from bluelet_conformance.judging import registry
from bluelet_conformance.judging.printable import visible
from bluelet_conformance.judging.registry import Candidate


@dataclass(frozen=True)
class Assignment:
    """Which implementations to judge, by what, and what to write of it."""

    candidates: list[Candidate]
    """In the order in which they were named."""
    strict: bool
    """Whether SHOULD is demanded as well."""
    expected: Expectations
    """The known failures that the verdicts are held against."""
    recording: Recording | None
    """The file that known failures are written to, if any."""
    targets: list[Path]
    """Where the reports go."""
    earlier: dict[str, reports.Earlier]
    """What an earlier run found out, whose report will be replaced, by implementation."""

    @property
    def known(self) -> Expectations:
        """What is known of the port beforehand; the file to be written says it, too."""
        return self.recording.known if self.recording else self.expected


def read(config: pytest.Config) -> Assignment:
    """Return what the options say.

    Raises:
        pytest.UsageError: that is not possible.
    """
    is_worker = hasattr(config, "workerinput")
    try:
        names = dict.fromkeys(config.getoption("report"))
        targets = [reports.target(name) for name in names]
        earlier = {} if is_worker else reports.earlier(targets)
        candidates = registry.resolve(config.getoption("impl") or ["reference"])
        expected = Expectations()
        if config.getoption("expect") is not None:
            expected = expectations.read(Path(config.getoption("expect")))
        recording = None
        if config.getoption("write_expect") is not None:
            recording = Recording(Path(config.getoption("write_expect")), expected.path)
    except (
        registry.UnknownImplementation,
        expectations.BadExpectations,
        reports.BadTarget,
    ) as error:
        raise pytest.UsageError(visible(str(error))) from None
    for option in ("expect", "write_expect") if len(candidates) > 1 else []:
        if config.getoption(option):
            name = option.replace("_", "-")
            raise pytest.UsageError(f"--{name} goes with one --impl: the failures are that one's.")
    return Assignment(candidates, options.is_strict(config), expected, recording, targets, earlier)
