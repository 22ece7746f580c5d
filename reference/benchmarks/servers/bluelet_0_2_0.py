"""The bluelet of PyPI. It waits with `select`, and so for no descriptor from 1,024 on."""

import bluelet

from benchmarks.servers import bluelets

if __name__ == "__main__":
    bluelets.main(bluelet)
