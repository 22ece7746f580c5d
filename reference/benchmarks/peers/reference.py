"""The reference: the programs for any bluelet, on this one."""

from __future__ import annotations

import bluelet_reference

from benchmarks.peers import main
from benchmarks.peers.bluelet import programs

if __name__ == "__main__":
    main(programs(bluelet_reference))
