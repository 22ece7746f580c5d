"""`kill` stops a thread, whatever it is doing, for good.

It does not go on from the `yield` that it is at, and all that it is calling stops with it. Only its
`finally` blocks run, before the killer goes on; the chapter on closing has the details.

Left open: to start the generator of a killed thread once more.
"""

ORDER = ("threads", "not_running", "relations", "traces")
"""The sections in the order in which to read them."""
