"""The conformance suite for bluelet: holds any implementation to the specification.

`plugin` is what pytest loads. It makes tests of clauses in `collection`, and sums up in `summary`;
`options` are its options, and `progress` tells how far a run is. They stand on four packages:

- `judging` finds implementations, and has clauses judged, each in a process of its own;
- `programs` runs programs that nobody wrote, and compares them with the model;
- `reports` writes what was found to files;
- `expectations` reads and writes known failures.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
