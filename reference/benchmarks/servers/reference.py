"""The reference implementation."""

import bluelet_reference

from benchmarks.servers import bluelets

if __name__ == "__main__":
    bluelets.main(bluelet_reference)
