"""Benchmarks: the reference, what a user would pick instead of it, and the limit.

They are run by `python -m benchmarks` in the folder above, and are no part of the tests. `cases`
says what a case is and how a figure of it is taken; `scheduling`, `memory` and `sockets` have the
cases; `pairing` measures several peers in turns; `table` and `plots` show what came of it. In
`peers` each library's own program for each case is to be read.
"""
