"""The conformance suite for bluelet: holds any implementation to the specification.

`plugin` is what pytest loads, in every run on the machine. It and what it needs at once, `options`
and `arguments`, import next to nothing; they begin a `session` where a run is concerned with
bluelet. That reads its `assignment`, makes tests of clauses (`collection`), says what becomes of
them (`outcomes`, by the `rules`), keeps the `results`, and comes to an `ending` with a `summary`.
`progress` tells how far a run is, `signals` how it is ended from outside, and `listing` answers the
options that only list something. They stand on four packages:

- `judging` finds implementations, and has clauses judged, each in a process of its own;
- `programs` runs programs that nobody wrote, and compares them with the model;
- `reports` writes what was found to files;
- `expectations` reads and writes known failures.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
