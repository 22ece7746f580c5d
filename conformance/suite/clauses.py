"""The suite: every clause of the specification, for every implementation named with `--impl`.

There is nothing in this file to read. It is the place at which pytest's plugin
`bluelet_conformance` collects the clauses of `bluelet_spec`, each as a test that is named by its
id: `clauses.py::join.after-finish[reference]`.
"""
