"""`kill` stops a thread, whatever it is doing, for good.

It does not run again, and all that it is calling stops with it. Its `finally` blocks run before the
killer goes on; the chapter on closing has the details.

Left open: to start the generator of a killed thread once more.
"""

ORDER = ("threads", "not_running", "relations", "traces")
"""The sections in the order in which to read them."""
