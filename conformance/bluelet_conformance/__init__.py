"""The conformance suite for bluelet: holds any implementation to the specification.

`plugin` is what pytest loads; it finds implementations by `registry`, makes tests of clauses in
`collection`, has them judged by `judge`, each in a process of its own (`isolation`), compares the
verdicts with known failures (`expectations`) or writes them down as such (`recording`), and sums up
in `summary` and `reports`; `progress` tells meanwhile how far it is.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
