"""The machine on which the figures were taken, without which they say little."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks.cases import DISTRIBUTIONS, cores, missing


def machine() -> dict[str, Any]:
    """Describe where this runs: processor, cores, kernel, Python, and the peers' versions."""
    versions = {
        peer: importlib.metadata.version(distribution)
        for peer, distribution in DISTRIBUTIONS.items()
        if missing(peer) is None
    }
    return {
        "processor": _processor(),
        "cores": len(cores()) or os.cpu_count(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "peers": versions,
    }


def _processor() -> str:
    """Name the processor as well as the system can."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            for line in lines:
                key, _, value = line.partition(":")
                if key.strip() == "model name":
                    return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
